#pragma once

#include "byolab/restarts_online.hpp"
#include "byolab/target_update.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldRule : public Held<TargetUpdate> {
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
  std::vector<Law> laws() const override {
    return call("laws()", [](TargetUpdate& rule) { return rule.laws(); });
  }
};

template <class Guarded>
class HeldRestarts : public Guarded, public RestartsOnline {
 public:
  using Capability = RestartsOnline;
  using Guarded::Guarded;
  bool restarts_online(const Step& step) const override {
    return this->call("restarts_online()", step.index,
                      [&](TargetUpdate& rule) { return capability<RestartsOnline>(rule)->restarts_online(step); });
  }
};

}  // namespace byolab
