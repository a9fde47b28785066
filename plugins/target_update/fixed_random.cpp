#include "fixed_random.hpp"

void FixedRandom::describe(byolab::Fields& field, Options& options) {
  field("buffers", options.buffers, {{"own", Buffers::own}, {"copy", Buffers::copy}},
        "the target's BatchNorm statistics: moved by its own forward in training, or copied from the online network "
        "at each step; of consequence only where the target is evaluated");
}

void FixedRandom::update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step&) {
  update_buffers(target, online, options_.buffers, 1);
}

std::vector<byolab::Law> FixedRandom::laws() const {
  using byolab::Table, byolab::Which;
  return {{{}, 1}, {Table{{"buffers", "own"}}, 1, Which::all}, {Table{{"buffers", "copy"}}, 0, Which::buffers}};
}
