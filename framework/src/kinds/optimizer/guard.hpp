#pragma once

#include "byolab/optimizer.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldOptimizer final : public Held<Optimizer> {
 public:
  using Held::Held;
  void start(const std::vector<Parameter>& parameters) override {
    call("start()", [&](Optimizer& optimizer) { optimizer.start(parameters); });
  }
  void step(const Step& step) override {
    call("step()", step.index, [&](Optimizer& optimizer) { optimizer.step(step); });
  }
  double rate(const Step& step) const override {
    return call("rate()", step.index, [&](Optimizer& optimizer) { return optimizer.rate(step); });
  }
  bool scales_gradients() const override {
    return call("scales_gradients()", [](Optimizer& optimizer) { return optimizer.scales_gradients(); });
  }
};

}  // namespace byolab
