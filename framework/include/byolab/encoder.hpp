#pragma once

#include <torch/nn/module.h>

#include "byolab/component.hpp"

namespace byolab {

/// Images to feature vectors: f_θ in the paper. Parameter names follow torchvision's where it has the
/// architecture, so that its weights load. Two copies are made: the online one and the target's.
class __attribute__((visibility("default"))) Encoder : public Component, public torch::nn::Module {
 public:
  static constexpr Kind kKind = Kind::encoder;
  ~Encoder() override;

  /// Width d of the feature vectors.
  virtual std::int64_t features() const = 0;
  /// images [n, channels, height, width], normalised, any memory format; gives [n, d].
  virtual at::Tensor forward(const at::Tensor& images) = 0;
};

}  // namespace byolab
