#pragma once

#include <byolab/plugin.hpp>

/// The linear predictor that is optimal for the batch, solved for before each step (Grill et al. 2020, appendix I):
///
///   Q = (ZᵀZ + λI)⁻¹ ZᵀZ′,   λ = ridge · trace(ZᵀZ) / d,   prediction = z·Q
///
/// of the online projections Z [v·n, d] and their targets Z′. ridge = 0 takes the pseudo-inverse of Z, the least
/// of the least-squares solutions where there are several. No gradient reaches Q; before the first step it is I.
class OptimalLinear final : public byolab::Head, public byolab::SolvedHead {
 public:
  struct Options {
    double ridge = 1e-4;
  };
  static void describe(byolab::Fields& field, Options& options);
  OptimalLinear(const Options& options, const byolab::Context& context);

  std::int64_t outputs() const override { return weight_.size(0); }
  at::Tensor forward(const at::Tensor& x) override;
  void solve(const at::Tensor& projections, const at::Tensor& targets, const byolab::Step& step) override;

 private:
  Options options_;
  at::Tensor weight_;  // Q [d, d], a buffer: saved, and no optimizer's business
};
