#pragma once

#include <byolab/plugin.hpp>

/// No second network: the online one is its own target. With `gradient = false` the paper's τ = 0 (SimSiam's
/// arrangement), with `gradient = true` no target at all, as in SimCLR.
class Online final : public byolab::TargetUpdate {
 public:
  bool has_network() const override { return false; }
  void update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) override;
  std::vector<byolab::Law> laws() const override;
};
