#pragma once

#include "buffers.hpp"

/// The target stays what it was made as: the paper's first experiment, "constant random network" (τ = 1 in
/// Table 5a). Its weights never move; its BatchNorm statistics do as `buffers` says.
class FixedRandom final : public byolab::TargetUpdate {
 public:
  struct Options {
    Buffers buffers = Buffers::own;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit FixedRandom(const Options& options) : options_(options) {}

  void update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) override;
  std::vector<byolab::Law> laws() const override;

 private:
  Options options_;
};
