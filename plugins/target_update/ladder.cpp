#include "ladder.hpp"

void Ladder::describe(byolab::Fields& field, Options& options) {
  field("interval", options.interval, "length of a stage, in steps, epochs or a share of the run; 0: one stage only",
        {.source = "Grill et al. 2020, section 3: iterating the procedure"});
}

// At a stage's last step the target becomes the network that the stage has made, its statistics included. After the
// last stage it stays what that stage predicted.
void Ladder::update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) {
  const std::int64_t length = options_.interval.in_steps(step);
  stage_ = length > 0 ? step.index / length : 0;
  if (options_.interval.due(step) && !step.last()) target.copy_from(online);
}

bool Ladder::restarts_online(const byolab::Step& step) const {
  const std::int64_t length = options_.interval.in_steps(step);
  return length > 0 && step.index > 0 && step.index % length == 0;
}

void Ladder::state(byolab::State& state) { state("stage", stage_); }

std::vector<byolab::Metric> Ladder::metrics() const {
  return {{"stage", "stages finished before this step's; in stage 0 the target is random"}};
}

std::vector<double> Ladder::values() const { return {static_cast<double>(stage_)}; }

std::vector<byolab::Law> Ladder::laws() const {
  using byolab::Table, byolab::Which;
  return {{Table{{"interval", "0 steps"}}, 1, Which::all},
          {Table{{"interval", "1 step"}}, 0, Which::all},
          {Table{{"interval", "3 steps"}}, 0, Which::all, 3}};
}
