#include "ema.hpp"

void Ema::describe(byolab::Fields& field, Options& options) {
  field("tau", options.tau, "share of the old target that is kept",
        {.min = 0, .max = 1, .source = "Grill et al. 2020, section 3.3; the reference code's 1000-epoch preset"});
  field("buffers", options.buffers, {{"own", Buffers::own}, {"copy", Buffers::copy}, {"ema", Buffers::ema}},
        "the target's BatchNorm statistics: its own, copied at each step, or averaged like the weights",
        {.source = "own: the reference code"});
  field("measure_distance", options.measure_distance,
        "report the distance between the networks at each step, which reads all weights once more",
        {.changes_results = false});
}

void Ema::update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) {
  tau_ = options_.tau(step);
  if (!(tau_ >= 0 && tau_ <= 1))
    throw byolab::Error(
        "tau is " + byolab::Value(tau_).toml() + " at step " + std::to_string(step.index) + ", outside [0, 1]",
        "correct the schedule's ends");
  target.average_with(online, tau_);
  update_buffers(target, online, options_.buffers, tau_);
  if (options_.measure_distance) distance_ = target.distance(online) / online.norm();
}

std::vector<byolab::Metric> Ema::metrics() const {
  std::vector<byolab::Metric> declared = {{"tau", "share of the old target that was kept"}};
  if (options_.measure_distance)
    declared.push_back(
        {"target_distance", "distance of the target's weights from the online ones, over the norm of these"});
  return declared;
}

std::vector<double> Ema::values() const {
  if (options_.measure_distance) return {tau_, distance_};
  return {tau_};
}

std::vector<byolab::Law> Ema::laws() const {
  using byolab::Table, byolab::Which;
  return {{Table{{"tau", 1.0}, {"buffers", "ema"}}, 1, Which::all},
          {Table{{"tau", 0.0}}, 0},
          {Table{{"tau", 0.0}, {"buffers", "copy"}}, 0, Which::all},
          {Table{{"tau", 0.75}, {"buffers", "own"}}, 0.75},
          {Table{{"tau", 0.75}, {"buffers", "own"}}, 1, Which::buffers},
          {Table{{"tau", 0.25}, {"buffers", "ema"}}, 0.25, Which::all}};
}
