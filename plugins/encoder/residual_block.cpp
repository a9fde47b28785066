#include "residual_block.hpp"

ResidualBlock::ResidualBlock(const Shape& shape, const NormOptions& norms) {
  if (shape.bottleneck) {
    add(shape.in, shape.planes, 1, 1, norms);
    add(shape.planes, shape.planes, 3, shape.stride, norms);
    add(shape.planes, shape.out(), 1, 1, norms);
  } else {
    add(shape.in, shape.planes, 3, shape.stride, norms);
    add(shape.planes, shape.planes, 3, 1, norms);
  }
  if (shape.stride == 1 && shape.in == shape.out()) return;
  shortcut_.push_back({convolution(shape.in, shape.out(), 1, shape.stride), norm(shape.out(), norms)});
  auto downsample = register_module("downsample", std::make_shared<torch::nn::Module>());
  downsample->register_module("0", shortcut_.front().convolution);
  downsample->register_module("1", shortcut_.front().norm);
}

void ResidualBlock::add(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                        const NormOptions& norms) {
  body_.push_back({convolution(in, out, kernel, stride), norm(out, norms)});
  const auto number = std::to_string(body_.size());
  register_module("conv" + number, body_.back().convolution);
  register_module("bn" + number, body_.back().norm);
}

at::Tensor ResidualBlock::forward(const at::Tensor& x) {
  using byolab::Activation;
  auto out = x;
  for (std::size_t i = 0; i + 1 < body_.size(); ++i) out = body_[i].forward(out, Activation::relu);
  const auto shortcut = shortcut_.empty() ? x : shortcut_.front().forward(x, Activation::none);
  return body_.back().forward(out, Activation::relu, shortcut);
}

void ResidualBlock::zero_last_norm() {
  const at::NoGradGuard no_gradient;
  body_.back().norm->weight.zero_();
}
