#include "repeat.hpp"

void Repeat::describe(byolab::Fields& field, Options& options) {
  field("span", options.span, "span of one repetition; 0: the whole run");
  field("of", options.of, "what is repeated, a number or a schedule, which sees the span as its run");
}

double Repeat::at(const byolab::Step& step) const {
  byolab::Step inner = step;
  if (const std::int64_t length = options_.span.in_steps(step); length > 0) {
    inner.index = step.index % length;
    inner.total = length;
  }
  return options_.of(inner);
}
