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

/// A gradient, and what the guess at the curvature makes of it.
struct Slope {
  at::Tensor gradient, guessed;
};

/// What the last steps told about the curvature.
class Curvature {
 public:
  void add(const at::Tensor& step, const Slope& before, const Slope& after) {
    Pair pair{step, after.gradient - before.gradient, after.guessed - before.guessed};
    const double product = inner_product(pair.step, pair.change);
    if (product <= 1e-14 * inner_product(pair.change, pair.change)) return;  // flat to rounding: tells nothing
    pair.rho = 1 / product;
    scale_ = product / inner_product(pair.change, pair.guessed);
    pairs_.push_back(std::move(pair));
    if (pairs_.size() > kPairs) pairs_.pop_front();
  }
  void forget() { pairs_.clear(); }
  bool empty() const { return pairs_.empty(); }

  /// −H·gradient, by the two-loop recursion; the guess, being linear, is followed through the first loop.
  at::Tensor direction(const Slope& slope) const {
    at::Tensor q = slope.gradient.clone(), guessed = slope.guessed.clone();
    std::vector<double> alpha(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = pairs_[i].rho * inner_product(pairs_[i].step, q);
      q.sub_(pairs_[i].change, alpha[i]);
      guessed.sub_(pairs_[i].guessed, alpha[i]);
    }
    if (!pairs_.empty()) guessed.mul_(scale_);
    for (std::size_t i = 0; i < pairs_.size(); ++i)
      guessed.add_(pairs_[i].step, alpha[i] - pairs_[i].rho * inner_product(pairs_[i].change, guessed));
    return guessed.neg_();
  }

 private:
  struct Pair {
    at::Tensor step, change, guessed;
    double rho = 0;
  };
  std::deque<Pair> pairs_;
  double scale_ = 1;  // of the guess, by the last pair
};

}  // namespace

Minimum minimize(const Objective& objective, const at::Tensor& start, double tolerance, std::int64_t max_iterations,
                 const Preconditioner& precondition) {
  Minimum minimum{start.clone()};
  const auto slope_of = [&](const Evaluated& at) {
    return Slope{at.gradient, precondition ? precondition(at.gradient) : at.gradient};
  };
  Evaluated here = objective(minimum.point);
  Slope slope_here = slope_of(here);
  Curvature curvature;
  for (;; ++minimum.iterations) {
    minimum.gradient_norm = greatest(here.gradient);
    if (!(minimum.gradient_norm > tolerance) || minimum.iterations >= max_iterations) return minimum;
    const at::Tensor direction = curvature.direction(slope_here);
    const double slope = inner_product(here.gradient, direction);
    const bool known = precondition || !curvature.empty();
    double length = known ? 1.0 : std::min(1.0, 1 / here.gradient.norm().item<double>());
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
      if (curvature.empty()) return minimum;  // not even without the pairs is anything lower: rounding
      curvature.forget();
      continue;
    }
    Slope slope_next = slope_of(next);
    curvature.add(point - minimum.point, slope_here, slope_next);
    minimum.point = point;
    here = std::move(next);
    slope_here = std::move(slope_next);
  }
}
