#include "cosine.hpp"

#include <cmath>
#include <numbers>

void Cosine::describe(byolab::Fields& field, Options& options) {
  field("from", options.from, "value at step 0 (with a warm-up: at its end)");
  field("to", options.to, "value at the end");
  describe_denominator(field, options.denominator);
  field("warmup", options.warmup, "time in which the value rises linearly from 0 to `from`",
        {.source = "the reference code, utils/schedules.py, learning_schedule"});
}

double Cosine::at(const byolab::Step& step) const {
  const std::int64_t warmup = options_.warmup.in_steps(step);
  if (step.index < warmup) return options_.from * static_cast<double>(step.index) / static_cast<double>(warmup);
  const double t = progress(after_warmup(step, warmup), options_.denominator);
  // The formula is off by a rounding at its ends, where target rules want τ = 1 to be 1.
  if (t <= 0) return options_.from;
  if (t >= 1) return options_.to;
  return options_.to - (options_.to - options_.from) * (1 + std::cos(std::numbers::pi * t)) / 2;
}
