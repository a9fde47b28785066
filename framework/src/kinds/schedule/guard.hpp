#pragma once

#include "byolab/schedule.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldCurve final : public Held<ScheduleCurve> {
 public:
  using Held::Held;
  double at(const Step& step) const override {
    return call("at()", step.index, [&](ScheduleCurve& curve) { return curve.at(step); });
  }
};

}  // namespace byolab
