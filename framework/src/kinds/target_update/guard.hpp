#pragma once

#include "byolab/target_update.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldRule final : public Held<TargetUpdate> {
 public:
  using Held::Held;
  bool has_network() const override {
    return call("has_network()", [](TargetUpdate& rule) { return rule.has_network(); });
  }
  void start(Weights& target, const Weights& online) override {
    call("start()", [&](TargetUpdate& rule) { rule.start(target, online); });
  }
  void update(Weights& target, const Weights& online, const Step& step) override {
    call("update()", step.index, [&](TargetUpdate& rule) { rule.update(target, online, step); });
  }
  bool restarts_online(const Step& step) const override {
    return call("restarts_online()", step.index, [&](TargetUpdate& rule) { return rule.restarts_online(step); });
  }
  std::vector<Law> laws() const override {
    return call("laws()", [](TargetUpdate& rule) { return rule.laws(); });
  }
};

}  // namespace byolab
