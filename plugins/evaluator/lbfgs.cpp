#include "lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

#include <ATen/Functions.h>

namespace {

constexpr std::size_t kPairs = 10;
constexpr double kSufficient = 1e-4;  // of the decrease that the slope promises (Armijo)
constexpr int kHalvings = 40;

double inner_product(const at::Tensor& a, const at::Tensor& b) { return at::dot(a, b).item<double>(); }
double greatest(const at::Tensor& gradient) { return gradient.abs().max().item<double>(); }

/// What the last steps told about the curvature.
class Curvature {
 public:
  void add(const at::Tensor& step, const at::Tensor& change) {
    const double product = inner_product(step, change);
    if (product <= 1e-14 * inner_product(change, change)) return;  // flat to rounding: tells nothing
    pairs_.push_back({step, change, 1 / product});
    if (pairs_.size() > kPairs) pairs_.pop_front();
  }
  void forget() { pairs_.clear(); }
  bool empty() const { return pairs_.empty(); }

  /// −H·gradient, by the two-loop recursion.
  at::Tensor direction(const at::Tensor& gradient) const {
    at::Tensor q = gradient.clone();
    std::vector<double> alpha(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = pairs_[i].rho * inner_product(pairs_[i].step, q);
      q.sub_(pairs_[i].change, alpha[i]);
    }
    if (!pairs_.empty()) {
      const Pair& last = pairs_.back();
      q.mul_(1 / (last.rho * inner_product(last.change, last.change)));
    }
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      q.add_(pairs_[i].step, alpha[i] - pairs_[i].rho * inner_product(pairs_[i].change, q));
    return q.neg_();
  }

 private:
  struct Pair {
    at::Tensor step, change;
    double rho;
  };
  std::deque<Pair> pairs_;
};

}  // namespace

Minimum minimize(const Objective& objective, const at::Tensor& start, double tolerance, std::int64_t max_iterations) {
  Minimum minimum{start.clone()};
  Evaluated here = objective(minimum.point);
  Curvature curvature;
  for (;; ++minimum.iterations) {
    minimum.gradient_norm = greatest(here.gradient);
    if (!(minimum.gradient_norm > tolerance) || minimum.iterations >= max_iterations) return minimum;
    const at::Tensor direction = curvature.direction(here.gradient);
    const double slope = inner_product(here.gradient, direction);
    double length = curvature.empty() ? std::min(1.0, 1 / here.gradient.norm().item<double>()) : 1.0;
    Evaluated next;
    at::Tensor point;
    int halvings = 0;
    for (; halvings < kHalvings; ++halvings, length /= 2) {
      point = at::add(minimum.point, direction, length);
      next = objective(point);
      if (next.value <= here.value + kSufficient * length * slope) break;
      if (next.value <= here.value + here.rounding * std::abs(here.value) &&
          inner_product(next.gradient, direction) <= (2 * kSufficient - 1) * slope)
        break;
    }
    if (halvings == kHalvings) {
      if (curvature.empty()) return minimum;  // along the gradient itself nothing is lower: rounding
      curvature.forget();
      continue;
    }
    curvature.add(point - minimum.point, next.gradient - here.gradient);
    minimum.point = point;
    here = std::move(next);
  }
}
