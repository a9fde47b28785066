#pragma once

#include "byolab/component.hpp"
#include "byolab/step.hpp"

namespace byolab {

/// A number that changes as training goes on: τ, learning rate, temperature. Pure: no state.
class __attribute__((visibility("default"))) ScheduleCurve : public Component {
 public:
  static constexpr Kind kKind = Kind::schedule;
  ~ScheduleCurve() override;
  virtual double at(const Step& step) const = 0;
};

}  // namespace byolab
