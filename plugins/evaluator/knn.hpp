#pragma once

#include <byolab/plugin.hpp>

/// The weighted nearest-neighbour classifier (Wu et al. 2018, section 3.4), on l2-normalised features: the k most
/// similar training images vote for their class with weight exp(cosine / temperature).
///
///   top1 = 100 · share of held-out images whose class has the most votes (the lower number wins a tie)
///
/// Images without a label (−1) neither vote nor count. NaN without labels, or if a feature is not finite.
class Knn final : public byolab::Evaluator, public byolab::Predicts {
 public:
  struct Options {
    std::int64_t k = 200;
    double temperature = 0.1;
    std::string labels;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Knn(const Options& options) : options_(options) {}

  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> evaluate(byolab::Subject& subject) override;
  /// Of the main label set, whichever one `labels` names.
  at::Tensor predictions(byolab::Subject& subject) override;

 private:
  /// The predicted class of each query. `bank`, `queries`: [n, d] and [m, d], unit rows; `labels` [n] in [0, classes).
  at::Tensor classify(const at::Tensor& bank, const at::Tensor& labels, const at::Tensor& queries,
                      std::int64_t classes) const;

  Options options_;
};
