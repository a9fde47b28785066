#include "logistic.hpp"

#include <ATen/Functions.h>

at::Tensor LinearClassifier::logits(const at::Tensor& features) const { return at::addmm(bias, features, weight); }

double cross_entropy(const at::Tensor& logits, const at::Tensor& labels) {
  return -at::log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).mean().item<double>();
}

LinearClassifier fit_logistic(const at::Tensor& features, const at::Tensor& labels, std::int64_t classes, double l2,
                              double tolerance, std::int64_t max_iterations, const LinearClassifier& start) {
  const std::int64_t rows = features.size(0), width = features.size(1);
  const at::Tensor transposed = features.t(), index = labels.unsqueeze(1);

  // A point holds the weights [d, classes], then the bias [classes].
  const auto split = [=](const at::Tensor& point) {
    return LinearClassifier{point.narrow(0, 0, width * classes).view({width, classes}),
                            point.narrow(0, width * classes, classes)};
  };
  const Objective objective = [&](const at::Tensor& point) {
    const LinearClassifier classifier = split(point);
    const at::Tensor logarithms = at::log_softmax(classifier.logits(features), 1);
    // d(mean cross-entropy)/d(logits) = (softmax − one-hot) / rows
    at::Tensor error = logarithms.exp();
    error.scatter_add_(1, index, at::full({1, 1}, -1.0, at::kDouble).expand({rows, 1}));
    error.div_(static_cast<double>(rows));
    Evaluated at;
    at.value =
        -logarithms.gather(1, index).mean().item<double>() + l2 / 2 * classifier.weight.square().sum().item<double>();
    at.gradient = at::cat({(at::mm(transposed, error) + l2 * classifier.weight).flatten(), error.sum(0)});
    return at;
  };

  const at::Tensor from = start.weight.defined() ? at::cat({start.weight.flatten(), start.bias})
                                                 : at::zeros({(width + 1) * classes}, at::kDouble);
  const Minimum minimum = minimize(objective, from, tolerance, max_iterations);
  LinearClassifier best = split(minimum.point);
  best.iterations = minimum.iterations;
  best.gradient_norm = minimum.gradient_norm;
  return best;
}
