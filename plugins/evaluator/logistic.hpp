#pragma once

#include "logistic_curvature.hpp"

/// Weights [classes, d] and bias [classes] of a linear classifier, float64.
struct LinearClassifier {
  at::Tensor weight, bias;
  std::int64_t iterations = 0;
  double gradient_norm = 0;
  at::Tensor logits(const at::Tensor& features) const;  ///< in the features' type
};

/// Multinomial logistic regression: minimises
///
///   mean over the rows of −ln softmax(x·W + b)[label]  +  l2/2 · ‖W‖²
///
/// which scikit-learn's LogisticRegression does with C = 1 / (rows · l2). features [n, d] float32, labels [n] int64.
/// Begins at `start` if it has weights. `curvature` is that of these features or of like ones; it shortens the way.
///
/// Products are taken in float32 and added up in float64 as far as that goes (a gradient's elements of some 1e-6, for
/// features of a standard deviation of 1), and in float64 from there to a smaller `tolerance`. With up to
/// 64 classes the float32 part is the same whatever the number of threads.
LinearClassifier fit_logistic(const at::Tensor& features, const at::Tensor& labels, std::int64_t classes, double l2,
                              const LogisticCurvature& curvature, double tolerance, std::int64_t max_iterations,
                              const LinearClassifier& start = {});

/// Mean of −ln softmax(logits)[label], in nats, computed in float64.
double cross_entropy(const at::Tensor& logits, const at::Tensor& labels);
