#pragma once

#include <ATen/core/Tensor.h>

#include "byolab/abi.hpp"

namespace byolab {

/// What a BatchNorm layer holds; fields of torch::nn::BatchNorm1d and 2d. Undefined weight and bias: 1 and 0.
struct BatchNormTerms {
  at::Tensor weight, bias;               ///< [c]
  at::Tensor running_mean, running_var;  ///< [c]; moved towards the batch's (unbiased variance) while training
  double momentum = 0.1, eps = 1e-5;     ///< share of the batch in the running statistics; added to the variance
  bool training = true;                  ///< normalise by the batch's statistics, else by the running ones
};

enum class Activation { none, relu };

/// activation(batch_norm(x) + residual), x [n, c] or [n, c, h, w], `residual` undefined or shaped like x; the result
/// has x's type. Ioffe & Szegedy 2015. One pass over memory where LibTorch makes three (channels-last, float32 or
/// bfloat16, on the CPU; else it is LibTorch's), with one rounding at the end. Differentiable once. Hand x over with
/// std::move: where no gradient is recorded its memory becomes the result's.
BYOLAB_API at::Tensor batch_norm(at::Tensor x, const BatchNormTerms& terms, Activation activation = Activation::none,
                                 const at::Tensor& residual = {});

}  // namespace byolab
