#pragma once

#include <torch/nn/module.h>

#include "byolab/component.hpp"
#include "byolab/step.hpp"

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

  /// Before a predictor's forward in a training step, without gradient: the online projections of all
  /// views [v·n, d] and what each is to predict, [v·n, d]. A closed-form predictor solves for its weights here.
  virtual void adapt(const at::Tensor& projections, const at::Tensor& targets, const Step& step);
  /// True if `adapt` does something; then the host makes the targets first.
  virtual bool adapts() const { return false; }
};

}  // namespace byolab
