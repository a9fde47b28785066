#pragma once

#include "lbfgs.hpp"

/// Weights [d, classes] and bias [classes] of a linear classifier, float64.
struct LinearClassifier {
  at::Tensor weight, bias;
  std::int64_t iterations = 0;
  double gradient_norm = 0;
  at::Tensor logits(const at::Tensor& features) const;
};

/// Multinomial logistic regression: minimises
///
///   mean over the rows of −ln softmax(x·W + b)[label]  +  l2/2 · ‖W‖²
///
/// which scikit-learn's LogisticRegression does with C = 1 / (rows · l2). features [n, d] float64, labels [n] int64.
/// Begins at `start` if it has weights.
LinearClassifier fit_logistic(const at::Tensor& features, const at::Tensor& labels, std::int64_t classes, double l2,
                              double tolerance, std::int64_t max_iterations, const LinearClassifier& start = {});

/// Mean of −ln softmax(logits)[label], in nats.
double cross_entropy(const at::Tensor& logits, const at::Tensor& labels);
