#include "constant.hpp"

void Constant::describe(byolab::Fields& field, Options& options) {
  field("value", options.value, "the value at every step; writing the number instead of a schedule does the same");
}

double Constant::at(const byolab::Step&) const { return options_.value; }
