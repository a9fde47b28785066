#include "linear.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>

#include "standardise.hpp"

void Linear::describe(byolab::Fields& field, Options& options) {
  field("l2", options.l2, "strength of the penalty l2/2 ‖W‖², beside a mean over images; 0: chosen from `grid`",
        {.min = 0});
  field("grid", options.grid, "strengths to choose from, on a tenth of the training images", {.min = 1e-12});
  field("tolerance", options.tolerance, "greatest element of the gradient at which the fit has converged",
        {.min = 1e-12, .max = 1, .unit = "nats"});
  field("max_iterations", options.max_iterations, "most iterations of a fit", {.min = 1});
  field("labels", options.labels, "label set of the data set that is predicted; \"\" is its main one");
}

Linear::Linear(const Options& options) : options_(options) {
  if (options_.l2 == 0 && options_.grid.empty())
    throw byolab::Error("linear has neither an l2 nor a grid to choose it from", "give one of them");
  std::sort(options_.grid.begin(), options_.grid.end(), std::greater<>());
}

std::vector<byolab::Metric> Linear::metrics() const {
  return {{"top1", "held-out images that the linear probe classifies rightly", "%"},
          {"loss", "mean cross-entropy of the linear probe on held-out images", "nats"},
          {"train_top1", "training images that the linear probe classifies rightly", "%"},
          {"l2", "strength of the linear probe's penalty"},
          {"gradient_norm", "greatest element of the gradient where the fit ended", "nats"}};
}

std::vector<double> Linear::evaluate(byolab::Subject& subject) {
  const at::NoGradGuard no_grad;
  LabelledSplits splits = labelled_splits(subject, options_.labels);
  if (!splits.usable) return std::vector<double>(metrics().size(), std::nan(""));
  const Standard standard = standard_of(splits.train);
  splits.train = standard.apply(splits.train);
  splits.test = standard.apply(splits.test);
  const LogisticCurvature curvature(splits.train, splits.classes);
  const auto [l2, start] =
      options_.l2 > 0 ? std::pair(options_.l2, LinearClassifier{}) : choose_l2(splits, curvature, subject.seed());
  const LinearClassifier probe = fit(splits.train, splits.train_labels, splits.classes, l2, curvature, start);
  const at::Tensor logits = probe.logits(splits.test);
  return {percent_equal(logits.argmax(1), splits.test_labels), cross_entropy(logits, splits.test_labels),
          percent_equal(probe.logits(splits.train).argmax(1), splits.train_labels), l2, probe.gradient_norm};
}

LinearClassifier Linear::fit(const at::Tensor& features, const at::Tensor& labels, std::int64_t classes, double l2,
                             const LogisticCurvature& curvature, const LinearClassifier& start) const {
  return fit_logistic(features, labels, classes, l2, curvature, options_.tolerance, options_.max_iterations, start);
}

std::pair<double, LinearClassifier> Linear::choose_l2(const LabelledSplits& splits, const LogisticCurvature& curvature,
                                                      std::uint64_t seed) const {
  const std::int64_t rows = splits.train.size(0), kept = rows - rows / 10;
  if (kept == rows) return {options_.grid.front(), {}};  // fewer than ten images
  const at::Tensor order = at::randperm(rows, at::make_generator<at::CPUGeneratorImpl>(seed));
  const at::Tensor inside = order.slice(0, 0, kept), outside = order.slice(0, kept);
  const at::Tensor features = splits.train.index_select(0, inside),
                   labels = splits.train_labels.index_select(0, inside);
  const at::Tensor held = splits.train.index_select(0, outside),
                   held_labels = splits.train_labels.index_select(0, outside);

  // From the strongest penalty down, each fit beginning where the last one ended.
  std::pair<double, LinearClassifier> best{0, {}};
  double best_top1 = -1;
  LinearClassifier classifier;
  for (const double l2 : options_.grid) {
    classifier = fit(features, labels, splits.classes, l2, curvature, classifier);
    const double top1 = percent_equal(classifier.logits(held).argmax(1), held_labels);
    if (top1 > best_top1) {
      best_top1 = top1;
      best = {l2, classifier};
    }
  }
  return best;
}
