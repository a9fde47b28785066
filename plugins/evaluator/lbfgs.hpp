#pragma once

#include <functional>

#include <byolab/plugin.hpp>

/// A function's value and gradient at a point [n], float64.
struct Evaluated {
  double value = 0;
  at::Tensor gradient;
  double rounding = 1e-15;  ///< how well the value is known, relative to itself
};
using Objective = std::function<Evaluated(const at::Tensor&)>;

/// The inverse of a symmetric, positive guess at the function's curvature, times a gradient.
using Preconditioner = std::function<at::Tensor(const at::Tensor&)>;

struct Minimum {
  at::Tensor point;
  double gradient_norm = 0;  ///< greatest absolute element
  std::int64_t iterations = 0;
};

/// Minimises a smooth convex function by L-BFGS (Nocedal & Wright 2006, algorithm 7.5; ten pairs), with a
/// backtracking line search. Where values differ by no more than their rounding, the slopes decide (Hager & Zhang 2005,
/// the approximate Wolfe conditions). Ends when no element of the gradient exceeds `tolerance`, when rounding allows no
/// smaller value, or after `max_iterations`. Deterministic.
///
/// What the pairs do not tell of the curvature is taken from `precondition`, up to a factor that the last pair tells;
/// without one, every direction is taken to curve alike.
Minimum minimize(const Objective& objective, const at::Tensor& start, double tolerance, std::int64_t max_iterations,
                 const Preconditioner& precondition = {});
