#pragma once

#include "layers.hpp"

/// ReLU(shortcut(x) + body(x)). The body is two 3×3 convolutions, or 1×1, 3×3, 1×1 with four times the planes at
/// the end (bottleneck); the stride is the 3×3's (torchvision, "v1.5"). The shortcut is a strided 1×1 convolution
/// where the shape changes. Names of parameters are torchvision's.
class ResidualBlock final : public torch::nn::Module {
 public:
  struct Shape {
    std::int64_t in = 0, planes = 0, stride = 1;
    bool bottleneck = false;
    std::int64_t out() const { return planes * (bottleneck ? 4 : 1); }
  };
  ResidualBlock(const Shape& shape, const NormOptions& norms);

  at::Tensor forward(const at::Tensor& x);
  /// Starts the block as the identity: the last norm's scale becomes 0 (Goyal et al. 2017).
  void zero_last_norm();

 private:
  void add(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, const NormOptions& norms);

  struct Layer {
    torch::nn::Conv2d convolution;
    torch::nn::BatchNorm2d norm;
    at::Tensor forward(const at::Tensor& x, byolab::Activation activation, const at::Tensor& residual = {}) {
      return normalise(norm, convolve(convolution, x), activation, residual);
    }
  };
  std::vector<Layer> body_;
  std::vector<Layer> shortcut_;  // one, or none
};
