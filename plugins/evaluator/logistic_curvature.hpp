#pragma once

#include <byolab/plugin.hpp>

/// How steeply a multinomial logistic regression curves, as far as the features alone tell: with all classes equally
/// likely, where a fit from zero begins, the Hessian is
///
///   1/classes · (I − 11ᵀ/classes) ⊗ xᵀx/n  +  l2 · I
///
/// (Böhning 1992, whose upper bound has 1/2 for 1/classes), and gradients have nothing along 1. Steps that are measured
/// by it do not care how the features are correlated, which is what makes a fit with little penalty slow.
///
/// xᵀx/n is taken from four rows for each feature, evenly over all: the fit is the same with any, only not its length.
/// The same whatever the number of threads.
class LogisticCurvature {
 public:
  /// features [n, d] float32, of mean zero (which keeps the bias apart).
  LogisticCurvature(const at::Tensor& features, std::int64_t classes);

  /// Hessian⁻¹ for the weights of one class, [d, d] float64; undefined where rounding leaves none.
  at::Tensor inverse(double l2) const;

 private:
  at::Tensor curvature_;  // xᵀx/n/classes, [d, d] float64
};
