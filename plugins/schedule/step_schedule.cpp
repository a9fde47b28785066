#include "step_schedule.hpp"

#include <cmath>

void StepSchedule::describe(byolab::Fields& field, Options& options) {
  using Unit = byolab::Cadence::Unit;
  field("from", options.from, "value before the first milestone");
  field("factor", options.factor, "what the value is multiplied with at each milestone");
  field("milestones", options.milestones, "when the value changes, in `unit`; in any order", {.min = 0});
  field("unit", options.unit, {{"percent", Unit::percent}, {"epochs", Unit::epochs}, {"steps", Unit::steps}},
        "unit of the milestones; percent is of the whole run");
}

double StepSchedule::at(const byolab::Step& step) const {
  int reached = 0;
  for (const double milestone : options_.milestones)
    if (byolab::Cadence{milestone, options_.unit}.in_steps(step) <= step.index) ++reached;
  return options_.from * std::pow(options_.factor, reached);
}
