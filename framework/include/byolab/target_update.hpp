#pragma once

#include "byolab/component.hpp"
#include "byolab/step.hpp"
#include "byolab/weights.hpp"

namespace byolab {

/// How the target network follows the online one: ξ ← rule(ξ, θ).
class __attribute__((visibility("default"))) TargetUpdate : public Component {
 public:
  static constexpr Kind kKind = Kind::target_update;
  ~TargetUpdate() override;

  /// False: there is no second network, the online one is its own target, and `update` is never called.
  virtual bool has_network() const { return true; }
  /// Once, before step 0; the target's weights are set as `[target] init` says. Not on resume.
  virtual void start(Weights& target, const Weights& online);
  /// After each optimizer step (before each forward, if `[target] when = "before_forward"`).
  virtual void update(Weights& target, const Weights& online, const Step& step) = 0;
};

}  // namespace byolab
