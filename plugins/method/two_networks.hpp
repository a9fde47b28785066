#pragma once

#include <byolab/plugin.hpp>

/// The paper's pass (Grill et al. 2020, section 3.1, figure 2): every view goes through the online network as far as
/// the loss needs it, and through the target where the loss needs that and [[views]] lets the target see it. Each
/// prediction is to meet the target of every other view. With [target] plugin = "online" the online projections are
/// the targets.
class TwoNetworks final : public byolab::Method {
 public:
  byolab::MethodPlan plan(const std::vector<byolab::View>& views) override;
  byolab::Outputs forward(byolab::Networks& networks, const byolab::Batch& batch, const byolab::Step& step) override;

 private:
  using Places = std::vector<std::size_t>;  ///< of views

  byolab::Tensors targets_of(byolab::Networks& networks, const byolab::Batch& batch,
                             const byolab::Tensors& projections) const;
  byolab::Tensors predict(byolab::Networks& networks, const byolab::Tensors& projections,
                          const byolab::Tensors& targets) const;

  Places online_, predicted_, targeted_;
};
