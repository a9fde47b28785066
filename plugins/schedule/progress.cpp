#include "progress.hpp"

#include <algorithm>

double progress(const byolab::Step& step, Denominator denominator) {
  const std::int64_t steps = step.total - (denominator == Denominator::steps_minus_1 ? 1 : 0);
  const auto whole = static_cast<double>(std::max<std::int64_t>(1, steps));
  return std::clamp(static_cast<double>(step.index) / whole, 0.0, 1.0);
}

void describe_denominator(byolab::Fields& field, Denominator& denominator) {
  field("denominator", denominator, {{"steps", Denominator::steps}, {"steps_minus_1", Denominator::steps_minus_1}},
        "what k is divided by: all steps K (the end value is never used), or K - 1 (the last step uses it)",
        {.source = "steps: the reference code, utils/schedules.py; steps_minus_1: lightly"});
}

byolab::Step after_warmup(byolab::Step step, std::int64_t warmup) {
  step.index = std::max<std::int64_t>(0, step.index - warmup);
  step.total = std::max<std::int64_t>(1, step.total - warmup);
  return step;
}
