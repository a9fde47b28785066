#include "warmup.hpp"

#include "progress.hpp"

void Warmup::describe(byolab::Fields& field, Options& options) {
  field("over", options.over, "length of the rise; where it exceeds the run, the rise is all there is",
        {.source = "10 epochs: Grill et al. 2020, section 3.3"});
  field("then", options.then, "what follows, a number or a schedule, which sees the remaining steps as its run");
}

double Warmup::at(const byolab::Step& step) const {
  const std::int64_t warmup = options_.over.in_steps(step);
  const double value = options_.then(after_warmup(step, warmup));
  if (step.index >= warmup) return value;
  return value * static_cast<double>(step.index) / static_cast<double>(warmup);
}
