#pragma once

#include "byolab/augmentation.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldAugmentation final : public Held<Augmentation> {
 public:
  using Held::Held;
  Draw draw(Random& random, Size size) const override {
    return call("draw()", [&](Augmentation& op) { return op.draw(random, size); });
  }
  int stages(const Draw& draw) const override {
    return call("stages()", [&](Augmentation& op) { return op.stages(draw); });
  }
  Form form(const Draw& draw, int stage) const override {
    return call("form()", [&](Augmentation& op) { return op.form(draw, stage); });
  }
  bool in_evaluation() const override {
    return call("in_evaluation()", [](Augmentation& op) { return op.in_evaluation(); });
  }
  Resampling resample(const Draw& draw, Size size) const override {
    return call("resample()", [&](Augmentation& op) { return op.resample(draw, size); });
  }
  double reduce(const Tile& tile, const Draw& draw, int stage) const override {
    return call("reduce()", [&](Augmentation& op) { return op.reduce(tile, draw, stage); });
  }
  void apply(Tile& tile, const Draw& draw, int stage, float mean) const override {
    call("apply()", [&](Augmentation& op) { op.apply(tile, draw, stage, mean); });
  }
  at::Tensor apply(const at::Tensor& image, const Draw& draw, Random& random) const override {
    return call("apply()", [&](Augmentation& op) { return op.apply(image, draw, random); });
  }
};

}  // namespace byolab
