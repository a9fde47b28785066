#include "linear.hpp"

#include <cmath>

void Linear::describe(byolab::Fields& field, Options& options) {
  field("from", options.from, "value at step 0");
  field("to", options.to, "value at the end");
  describe_denominator(field, options.denominator);
}

// std::lerp is exact at both ends, which target rules rely on: τ = 1 must be 1.
double Linear::at(const byolab::Step& step) const {
  return std::lerp(options_.from, options_.to, progress(step, options_.denominator));
}
