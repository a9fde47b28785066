#pragma once

#include <byolab/plugin.hpp>

/// The paper's regression (Eq. 2), a view's prediction towards another view's target, both normalised:
///
///   term(i, j) = mean over the batch of Σ_d (n(q_i) − n(z′_j))²        = 2 − 2·cos(q_i, z′_j) with l2
///   loss = scale · 2 · mean of term(i, j) over the pairs that the method makes: all ordered ones i ≠ j of which view i
///          has a prediction and view j a target
///
/// With two views that is term(0, 1) + term(1, 0), the reference code's sum. `symmetric = false` keeps the pairs
/// of the first prediction, and counts their mean once.
class Byol final : public byolab::Loss {
 public:
  enum class Normalization { l2, layer_norm, batch_norm, none };
  struct Options {
    double scale = 1;
    Normalization normalization = Normalization::l2;
    bool symmetric = true;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Byol(const Options& options) : options_(options) {}

  byolab::Needs needs() const override { return {.pairs = true}; }
  at::Tensor forward(const byolab::Outputs& outputs, const byolab::Step& step) override;

 private:
  at::Tensor normalized(const at::Tensor& x) const;

  Options options_;
};
