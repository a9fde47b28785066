#pragma once

#include "byolab/component.hpp"
#include "byolab/step.hpp"

namespace byolab {

/// A trained tensor, with what rules of exclusion and of per-part rates ask for.
struct Parameter {
  std::string part;           ///< "encoder", "projector", "predictor", "method" or "loss"
  std::string name;           ///< within the part: "layer1.0.conv1.weight"
  at::Tensor value;           ///< a leaf; its gradient is `value.grad()`, undefined if it got none
  bool bias_or_norm = false;  ///< biases, normalisation layers, and what a WithoutDecay names (see capability.hpp):
                              ///< LARS and weight decay leave them out
  double lr_factor = 1;       ///< the part's `lr_factor`, to be multiplied with the learning rate
};

class __attribute__((visibility("default"))) Optimizer : public Component {
 public:
  static constexpr Kind kKind = Kind::optimizer;
  ~Optimizer() override;

  /// Once, before the first step and before `state` is restored: allocate buffers here.
  virtual void start(const std::vector<Parameter>& parameters) = 0;
  /// Moves the parameters along their gradients, without clearing these.
  virtual void step(const Step& step) = 0;
  /// The learning rate at any step of the run, of parts with lr_factor 1: a run's first lines show it. NaN: not told.
  virtual double rate(const Step& step) const;
  /// True for one that scales gradients in place (clips their norm) before it goes along them: each by a number ≥ 0.
  virtual bool scales_gradients() const { return false; }
};

}  // namespace byolab
