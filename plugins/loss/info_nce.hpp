#pragma once

#include <byolab/plugin.hpp>

/// The paper's bridge from BYOL to SimCLR (Eq. 6), negated so that it is minimised. φ is the prediction, ψ the
/// target projection, S(u, w) = cosine of φ(u) and ψ(w); a view v against another one v′ of a batch of B images:
///
///   term = −2/B Σ_i S(v_i, v′_i) + β·2α/B Σ_i ln( Σ_{j≠i} exp(S(v_i, v_j)/α) + Σ_j exp(S(v_i, v′_j)/α) )
///   loss = 2 · mean of the terms over all ordered pairs of views (`symmetric = false`: of v = the first, once)
///
/// β = 0 has BYOL's gradient (the loss is BYOL's less 4). β = 1 with predictor `identity` and target `online`
/// with gradient is SimCLR: 4α times the loss of `simclr` (appendix F.5 has the 2α).
class InfoNce final : public byolab::Loss {
 public:
  struct Options {
    double alpha = 0.1;
    double beta = 1;
    bool symmetric = true;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit InfoNce(const Options& options) : options_(options) {}

  at::Tensor forward(const byolab::Outputs& outputs, const byolab::Step& step) override;

 private:
  /// φ(v) [n, d], ψ(v) [n, d], ψ(v′) [n, d], all of unit length.
  at::Tensor term(const at::Tensor& prediction, const at::Tensor& own, const at::Tensor& other) const;

  Options options_;
};
