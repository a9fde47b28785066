#pragma once

#include "byolab/component.hpp"
#include "byolab/step.hpp"
#include "byolab/value.hpp"
#include "byolab/weights.hpp"

namespace byolab {

/// A promise of a rule, which `byolab plugin check` tries: with these options, laid over those that the user gave,
/// each update makes ξ ← keep · ξ + (1 − keep) · θ: exactly for keep = 1 (the target stays as it is) and keep = 0
/// (it becomes a copy of the online network), to rounding in between.
/// `Law{Table{{"tau", 1.0}}, 1}`
struct Law {
  Table options;
  double keep = 1;
  Which which = Which::parameters;  ///< of what it is said; integer buffers may be copied unless keep = 1
  std::int64_t every = 1;           ///< holds at steps every − 1, 2·every − 1, …; at the others the target stays
};

/// How the target network follows the online one: ξ ← rule(ξ, θ).
class __attribute__((visibility("default"))) TargetUpdate : public Component {
 public:
  static constexpr Kind kKind = Kind::target_update;
  ~TargetUpdate() override;

  /// False: there is no second network, the online one is its own target, and `update` is never called.
  virtual bool has_network() const { return true; }
  /// Once, before step 0; the target's weights are set as `[target] init` says. On resume, too, before
  /// declared state and weights are restored.
  virtual void start(Weights& target, const Weights& online);
  /// After each optimizer step (before each forward, if `[target] when = "before_forward"`).
  virtual void update(Weights& target, const Weights& online, const Step& step) = 0;
  /// What holds of this rule under which of its options.
  virtual std::vector<Law> laws() const { return {}; }
};

}  // namespace byolab
