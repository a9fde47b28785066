#include "ladder.hpp"

#include <algorithm>

void Ladder::describe(byolab::Fields& field, Options& options) {
  field("interval", options.interval,
        "length of a stage, in steps, epochs or a share of the run; 0: one stage only; a rest "
        "of less than half of it belongs to the last stage",
        {.source = "Grill et al. 2020, section 3: iterating the procedure"});
}

// At a stage's last step the target becomes the network that the stage has made, its statistics included. After the
// last stage it stays what that stage predicted.
void Ladder::update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) {
  stage_ = stage_at(step, step.index);
  if (stage_at(step, step.index + 1) > stage_) target.copy_from(online);
}

bool Ladder::restarts_online(const byolab::Step& step) const {
  return step.index > 0 && stage_at(step, step.index) > stage_at(step, step.index - 1);
}

// What is left of a run after its last whole stage is a stage of its own only if it is at least half as long: a network
// of a step or two is no result.
std::int64_t Ladder::stage_at(const byolab::Step& step, std::int64_t index) const {
  const std::int64_t length = options_.interval.in_steps(step);
  if (length == 0) return 0;
  const std::int64_t stages = std::max<std::int64_t>(1, step.total / length + (step.total % length * 2 >= length));
  return std::min(index / length, stages - 1);
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
