#pragma once

#include <byolab/plugin.hpp>

/// Whether the network still tells images apart, and how its parts stand to each other. z are the online projections
/// of two views of the held-out images, y the features, q the predictions, z′ the target projections; n(·) divides
/// by the l2 norm. Numbers over views are means over both.
///
///   z_std, y_std       √d · mean over the dimensions of std(n(z)); near 0: collapsed, 1: spread evenly
///   z_rank, y_rank     effective rank of n(z) less its mean: exp of the entropy of the singular values' shares
///   z_rank_raw, y_…     the same with the mean left in, as RankMe has it (Garrido et al. 2023, which takes rows as
///   they
///                      are, not n(z), and adds 1e-7 to each share): this one falls to 1 in a collapse, where what is
///                      left around the mean is noise of many dimensions
///   alignment          mean ‖n(z_1) − n(z_2)‖² of two views of an image
///   uniformity         ln of the mean of exp(−2 ‖n(z_i) − n(z_j)‖²) over pairs of images
///   cosine             mean cosine of the prediction for a view with the other view's target: 1 − loss/4
///   optimal_cosine     the same, of the best linear predictor z·Q*, Q* = (ZᵀZ)⁻¹ Zᵀ n(Z′) on these very images
///   predictor_gap      √(mean ‖n(q) − n(z·Q*)‖²), in [0, 2]: the predictor's distance from that optimum
///   target_distance    ‖θ − ξ‖ / ‖θ‖ over the parameters of encoder and projector
///
/// NaN where there is no target, or where a number is not finite.
class Collapse final : public byolab::Evaluator {
 public:
  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> evaluate(byolab::Subject& subject) override;
};
