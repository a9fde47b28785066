#include "periodic_checkpoint.hpp"

void PeriodicCheckpoint::describe(byolab::Fields& field, Options& options) {
  field("interval", options.interval, "time between two copies, in steps or epochs; 0 never copies");
  field("buffers", options.buffers, {{"own", Buffers::own}, {"copy", Buffers::copy}},
        "the target's BatchNorm statistics: its own, or copied with the weights");
}

void PeriodicCheckpoint::update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) {
  ++age_;
  if (!options_.interval.due(step)) return;
  moved_ = target.distance(online) / online.norm();
  target.copy_from(online, byolab::Which::parameters);
  update_buffers(target, online, options_.buffers, 0);
  age_ = 0;
  ++copies_;
}

void PeriodicCheckpoint::state(byolab::State& state) {
  state("age", age_);
  state("copies", copies_);
  state("moved", moved_);
}

std::vector<byolab::Metric> PeriodicCheckpoint::metrics() const {
  return {{"target_age", "time since the target was last copied", "steps"},
          {"target_copies", "how often the target was copied"},
          {"target_moved", "how far the last copy moved the target's weights, over the norm of the online ones"}};
}

std::vector<double> PeriodicCheckpoint::values() const {
  return {static_cast<double>(age_), static_cast<double>(copies_), moved_};
}

std::vector<byolab::Law> PeriodicCheckpoint::laws() const {
  using byolab::Table, byolab::Which;
  return {{Table{{"interval", "1 step"}}, 0},
          {Table{{"interval", "1 step"}, {"buffers", "copy"}}, 0, Which::all},
          {Table{{"interval", "3 steps"}, {"buffers", "copy"}}, 0, Which::all, 3},
          {Table{{"interval", "1 step"}, {"buffers", "own"}}, 1, Which::buffers},
          {Table{{"interval", "0 steps"}}, 1}};
}
