#include "logistic.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include "lbfgs.hpp"
#include "logistic_kernels.hpp"

namespace {

// Rows at once: they stay in a core's second-level cache between the products forward and back.
constexpr std::int64_t kBlock = 128;
constexpr std::int64_t kWideBlock = 4096;
constexpr std::size_t kParts = 16;        // sums of their own, whatever the number of threads
constexpr std::int64_t kFewClasses = 64;  // up to which our kernels are faster than a matrix library
constexpr double kFloatTolerance = 2e-6;  // a gradient's elements, of which float32 tells right from wrong

struct Problem {
  const at::Tensor& features;
  const at::Tensor& labels;
  std::int64_t classes;
  double l2;

  std::int64_t rows() const { return features.size(0); }
  std::int64_t width() const { return features.size(1); }
};

/// A point holds the weights [classes, d], then the bias [classes].
LinearClassifier split(const Problem& problem, const at::Tensor& point) {
  const std::int64_t weights = problem.classes * problem.width();
  return {point.narrow(0, 0, weights).view({problem.classes, problem.width()}),
          point.narrow(0, weights, problem.classes)};
}

/// Sums over rows of −ln softmax[label] and of its derivatives.
struct Sums {
  double loss = 0;
  at::Tensor weight, bias;  ///< float64
};

/// Takes ln softmax [n, classes], adds up the loss, and turns it into d(loss)/d(logits) = softmax − one-hot.
template <class Number>
void differentiate(at::Tensor& logarithms, const std::int64_t* labels, double& loss) {
  const std::int64_t rows = logarithms.size(0), classes = logarithms.size(1);
  const Number* row = logarithms.const_data_ptr<Number>();
  for (std::int64_t i = 0; i < rows; ++i, row += classes) loss -= static_cast<double>(row[labels[i]]);
  logarithms.exp_();
  Number* error = logarithms.mutable_data_ptr<Number>();
  for (std::int64_t i = 0; i < rows; ++i, error += classes) error[labels[i]] -= 1;
}

/// By LibTorch's operations, each on all threads.
Sums sums_of(const Problem& problem, const LinearClassifier& classifier) {
  const at::ScalarType type = classifier.weight.scalar_type();
  Sums sums{0, at::zeros({problem.classes, problem.width()}, at::kDouble), at::zeros({problem.classes}, at::kDouble)};
  for (std::int64_t begin = 0; begin < problem.rows(); begin += kWideBlock) {
    const at::Tensor x = problem.features.slice(0, begin, begin + kWideBlock).to(type);
    at::Tensor error = at::log_softmax(classifier.logits(x), 1);
    const std::int64_t* labels = problem.labels.const_data_ptr<std::int64_t>() + begin;
    type == at::kDouble ? differentiate<double>(error, labels, sums.loss)
                        : differentiate<float>(error, labels, sums.loss);
    sums.weight.add_(at::mm(error.t(), x));
    sums.bias.add_(error.sum(0, false, at::kDouble));
  }
  return sums;
}

/// A classifier as the kernels for few classes read it: float32, a row for each feature, filled up with impossible
/// classes.
struct Narrow {
  std::size_t lanes;
  std::vector<float> weights, biases;

  explicit Narrow(const LinearClassifier& classifier) {
    const auto classes = static_cast<std::size_t>(classifier.weight.size(0)),
               width = static_cast<std::size_t>(classifier.weight.size(1));
    lanes = (classes + kClassLanes - 1) / kClassLanes * kClassLanes;
    weights.assign(width * lanes, 0);
    biases.assign(lanes, -1e30F);
    const float *weight = classifier.weight.const_data_ptr<float>(), *bias = classifier.bias.const_data_ptr<float>();
    for (std::size_t c = 0; c < classes; ++c) {
      biases[c] = bias[c];
      for (std::size_t f = 0; f < width; ++f) weights[f * lanes + c] = weight[c * width + f];
    }
  }
};

Sums narrow_sums_over(const Problem& problem, const Narrow& classifier, std::int64_t begin, std::int64_t end) {
  const std::size_t lanes = classifier.lanes;
  std::vector<float> errors(static_cast<std::size_t>(kBlock) * lanes), gradient(classifier.weights.size());
  std::vector<double> weight(gradient.size()), bias(lanes);
  double loss = 0;
  for (; begin < end; begin += kBlock) {
    const LogisticBlock block{problem.features.const_data_ptr<float>() + begin * problem.width(),
                              problem.labels.const_data_ptr<std::int64_t>() + begin,
                              static_cast<std::size_t>(std::min(end - begin, kBlock)),
                              static_cast<std::size_t>(problem.width()), lanes};
    loss += logistic_errors(block, classifier.weights.data(), classifier.biases.data(), errors.data());
    std::fill(gradient.begin(), gradient.end(), 0.0F);
    logistic_gradient(block, errors.data(), gradient.data());
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] += static_cast<double>(gradient[i]);
    for (std::size_t row = 0; row < block.rows; ++row)
      for (std::size_t i = 0; i < lanes; ++i) bias[i] += static_cast<double>(errors[row * lanes + i]);
  }
  const auto stride = static_cast<std::int64_t>(lanes);
  return {loss,
          at::from_blob(weight.data(), {problem.width(), stride}, at::kDouble)
              .narrow(1, 0, problem.classes)
              .t()
              .clone(at::MemoryFormat::Contiguous),
          at::from_blob(bias.data(), {stride}, at::kDouble).narrow(0, 0, problem.classes).clone()};
}

/// In parts whose sums are added up in their order, whatever thread had which.
Sums narrow_sums_of(const Problem& problem, const Narrow& classifier) {
  std::array<Sums, kParts> parts;
  const std::int64_t rows = problem.rows(), blocks = (rows + kBlock - 1) / kBlock;
  const auto first_row = [&](std::size_t part) {
    return std::min(rows, blocks * static_cast<std::int64_t>(part) / static_cast<std::int64_t>(kParts) * kBlock);
  };
  byolab::parallel_for(static_cast<std::int64_t>(kParts), 1, [&](std::int64_t first, std::int64_t last) {
    const c10::NoGradGuard no_grad;
    for (auto part = static_cast<std::size_t>(first); part < static_cast<std::size_t>(last); ++part)
      parts[part] = narrow_sums_over(problem, classifier, first_row(part), first_row(part + 1));
  });
  for (std::size_t part = 1; part < kParts; ++part) {
    parts[0].loss += parts[part].loss;
    parts[0].weight.add_(parts[part].weight);
    parts[0].bias.add_(parts[part].bias);
  }
  return parts[0];
}

Evaluated evaluate(const Problem& problem, const at::Tensor& point, at::ScalarType type) {
  const LinearClassifier exact = split(problem, point);
  LinearClassifier classifier;
  classifier.weight = exact.weight.to(type);
  classifier.bias = exact.bias.to(type);
  const bool narrow = type == at::kFloat && problem.classes <= kFewClasses;
  const Sums sums = narrow ? narrow_sums_of(problem, Narrow(classifier)) : sums_of(problem, classifier);
  const auto count = static_cast<double>(problem.rows());
  Evaluated at;
  at.value = sums.loss / count + problem.l2 / 2 * exact.weight.square().sum().item<double>();
  at.gradient = at::cat({sums.weight.div(count).add_(exact.weight, problem.l2).flatten(), sums.bias.div(count)});
  if (type == at::kFloat) at.rounding = 1e-7;
  return at;
}

/// Gradients of weights and bias over the curvature that LogisticCurvature speaks of.
Preconditioner preconditioner(const Problem& problem, const LogisticCurvature& curvature) {
  const at::Tensor inverse = curvature.inverse(problem.l2);
  if (!inverse.defined()) return {};
  return [&problem, inverse](const at::Tensor& gradient) {
    const LinearClassifier of = split(problem, gradient);
    return at::cat({at::mm(of.weight, inverse).flatten(), of.bias.mul(static_cast<double>(problem.classes))});
  };
}

}  // namespace

at::Tensor LinearClassifier::logits(const at::Tensor& features) const {
  return at::addmm(bias.to(features.scalar_type()), features, weight.to(features.scalar_type()).t());
}

double cross_entropy(const at::Tensor& logits, const at::Tensor& labels) {
  return -at::log_softmax(logits.to(at::kDouble), 1).gather(1, labels.unsqueeze(1)).mean().item<double>();
}

LinearClassifier fit_logistic(const at::Tensor& features, const at::Tensor& labels, std::int64_t classes, double l2,
                              const LogisticCurvature& curvature, double tolerance, std::int64_t max_iterations,
                              const LinearClassifier& start) {
  const at::Tensor dense_labels = labels.contiguous();
  const at::Tensor dense_features = features.contiguous();
  const Problem problem{dense_features, dense_labels, classes, l2};
  const auto in = [&](at::ScalarType type) {
    return [&problem, type](const at::Tensor& point) { return evaluate(problem, point, type); };
  };
  const at::Tensor from = start.weight.defined() ? at::cat({start.weight.flatten(), start.bias})
                                                 : at::zeros({(problem.width() + 1) * classes}, at::kDouble);
  const Preconditioner precondition = preconditioner(problem, curvature);
  Minimum minimum = minimize(in(at::kFloat), from, std::max(tolerance, kFloatTolerance), max_iterations, precondition);
  if (minimum.gradient_norm > tolerance || tolerance < kFloatTolerance) {
    const std::int64_t before = minimum.iterations;
    minimum = minimize(in(at::kDouble), minimum.point, tolerance, max_iterations - before, precondition);
    minimum.iterations += before;
  }
  LinearClassifier best = split(problem, minimum.point);
  best.iterations = minimum.iterations;
  best.gradient_norm = minimum.gradient_norm;
  return best;
}
