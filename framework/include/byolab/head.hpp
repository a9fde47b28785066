#pragma once

#include <torch/nn/module.h>

#include "byolab/component.hpp"

namespace byolab {

/// Vectors to vectors: projector g_θ and predictor q_θ. Its constructor reads `Context::inputs`.
class __attribute__((visibility("default"))) Head : public Component, public torch::nn::Module {
 public:
  static constexpr Kind kKind = Kind::head;
  ~Head() override;

  /// Width of the output vectors.
  virtual std::int64_t outputs() const = 0;
  /// x [n, inputs]; gives [n, outputs].
  virtual at::Tensor forward(const at::Tensor& x) = 0;
};

}  // namespace byolab
