#pragma once

#include "byolab/observer.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldObserver final : public Held<Observer> {
 public:
  using Held::Held;
  void prepare(const std::vector<Parameter>& parameters) override {
    call("prepare()", [&](Observer& observer) { observer.prepare(parameters); });
  }
  void start(const RunView& run) override {
    call("start()", [&](Observer& observer) { observer.start(run); });
  }
  void before_step(const Step& step) override {
    call("before_step()", step.index, [&](Observer& observer) { observer.before_step(step); });
  }
  void gradients_ready(const Gradients& gradients, const Step& step) override {
    call("gradients_ready()", step.index, [&](Observer& observer) { observer.gradients_ready(gradients, step); });
  }
  bool scales_gradients() const override {
    return call("scales_gradients()", [](Observer& observer) { return observer.scales_gradients(); });
  }
  void after_step(const Row& row, const Step& step) override {
    call("after_step()", step.index, [&](Observer& observer) { observer.after_step(row, step); });
  }
  void epoch_end(const Step& step) override {
    call("epoch_end()", step.index, [&](Observer& observer) { observer.epoch_end(step); });
  }
  void evaluated(const Row& row) override {
    call("evaluated()", [&](Observer& observer) { observer.evaluated(row); });
  }
  std::string should_stop(const Step& step) override {
    return call("should_stop()", step.index, [&](Observer& observer) { return observer.should_stop(step); });
  }
  void end(const Ending& ending) override {
    call("end()", [&](Observer& observer) { observer.end(ending); });
  }
};

}  // namespace byolab
