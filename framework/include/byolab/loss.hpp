#pragma once

#include <torch/nn/module.h>

#include "byolab/component.hpp"
#include "byolab/outputs.hpp"
#include "byolab/step.hpp"

namespace byolab {

/// What a loss reads of `Outputs`; the host does not compute the rest.
struct Needs {
  bool target = true;
  bool prediction = true;
  bool labels = false;
};

/// The objective. May have parameters of its own (a classifier), which the optimizer trains too.
class __attribute__((visibility("default"))) Loss : public Component, public torch::nn::Module {
 public:
  static constexpr Kind kKind = Kind::loss;
  ~Loss() override;

  virtual Needs needs() const { return {}; }
  /// A scalar with gradient, a mean over the batch.
  virtual at::Tensor forward(const Outputs& outputs, const Step& step) = 0;
};

}  // namespace byolab
