#pragma once

#include "logistic.hpp"
#include "split.hpp"

/// The linear probe: multinomial logistic regression on the frozen features, each standardised by its mean and
/// standard deviation over the training images, fitted until it has converged. (The paper, appendix C.1, trains its
/// linear layer on crops and flips by SGD and picks the learning rate on held-out training images; for transfer,
/// appendix D.2, it does what this does: L-BFGS without augmentation, l2 from a grid on held-out training images, then
/// a last fit on all. Its features are not standardised, and its grid has 45 strengths.)
///
/// With `l2 = 0` it is chosen from `grid` by top-1 on a tenth of the training images that are kept out of the fit
/// (the larger l2 wins a tie), then all of them are fitted. Held-out images are never used for a choice.
/// NaN without labels, or if a feature is not finite.
class Linear final : public byolab::Evaluator {
 public:
  struct Options {
    double l2 = 0;
    std::vector<double> grid{1e-1, 1e-2, 1e-3, 1e-4, 1e-5};
    double tolerance = 1e-5;
    std::int64_t max_iterations = 1000;
    std::string labels;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Linear(const Options& options);

  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> evaluate(byolab::Subject& subject) override;

 private:
  LinearClassifier fit(const at::Tensor& features, const at::Tensor& labels, std::int64_t classes, double l2,
                       const LogisticCurvature& curvature, const LinearClassifier& start) const;
  /// The strength to use, and the fit on nine tenths that spoke for it (a start for the last fit).
  std::pair<double, LinearClassifier> choose_l2(const LabelledSplits& splits, const LogisticCurvature& curvature,
                                                std::uint64_t seed) const;

  Options options_;
};
