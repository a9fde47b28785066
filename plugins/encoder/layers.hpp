#pragma once

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <byolab/plugin.hpp>

/// BatchNorm as an experiment asks for it.
struct NormOptions {
  double momentum = 0.1;  ///< share of a batch's statistics in the running ones
  double eps = 1e-5;
};

void describe_norm(byolab::Fields& field, NormOptions& options);

/// k×k without bias, zero padding that keeps the size at stride 1; weights normal with variance 2 / fan-out, as
/// torchvision's ResNet starts.
torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride);
torch::nn::BatchNorm2d norm(std::int64_t channels, const NormOptions& options);

/// The convolution of x; in float32 where bfloat16 would be wrong, and by another way where LibTorch's own would crash.
at::Tensor convolve(const torch::nn::Conv2d& layer, const at::Tensor& x);

/// activation(norm(x) + residual), in one pass over memory. Give x away: byolab/batch_norm.hpp says why.
at::Tensor normalise(const torch::nn::BatchNorm2d& norm, at::Tensor x, byolab::Activation activation,
                     const at::Tensor& residual = {});

/// Mean over all pixels: [n, c, h, w] to [n, c].
at::Tensor pool(const at::Tensor& x);
