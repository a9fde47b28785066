#pragma once

#include <byolab/plugin.hpp>

/// DirectPred (Tian et al. 2021, arXiv 2102.06810, Eq. 18 and 19): a linear predictor aligned with the eigenspace of
/// the online projections' correlation matrix, set and never trained:
///
///   F ← ρF + (1 − ρ) ZᵀZ/n,   F = U diag(s) Uᵀ,   p_j = √s_j + ε·max s,   W = U diag(p) Uᵀ,   prediction = z·W
///
/// The first batch's correlation starts F. No gradient reaches W; before the first step it is I. The paper's code
/// (luckmatters, ssl/real-dataset/byol_trainer.py) differs from its equation: it divides s by its maximum first, which
/// makes ε a share of the largest p, whatever the projections' scale; it sets W after a step for the next one, where
/// here W has seen the batch that it predicts; and between two refreshes it trains W.
class DirectPred final : public byolab::Head, public byolab::SolvedHead {
 public:
  struct Options {
    double epsilon = 0.1;
    double rho = 0.3;
    byolab::Cadence refresh = byolab::steps(1);
  };
  static void describe(byolab::Fields& field, Options& options);
  DirectPred(const Options& options, const byolab::Context& context);

  std::int64_t outputs() const override { return weight_.size(0); }
  at::Tensor forward(const at::Tensor& x) override;
  void solve(const at::Tensor& projections, const at::Tensor& targets, const byolab::Step& step) override;
  void state(byolab::State& state) override { state("batches", batches_); }

 private:
  void refresh();

  Options options_;
  at::Tensor weight_, correlation_;  // W and F, [d, d], buffers
  std::int64_t batches_ = 0;         // seen so far
};
