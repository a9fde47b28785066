#include "kinds/target_update/bench.hpp"

namespace byolab::conformance {
namespace {

void try_rule(const Specimen& specimen) {
  RuleBench bench(specimen, {});
  for (std::int64_t k = 0; k < 3; ++k) {
    bench.step(k);
    const auto target = bench.target().tensors(Which::all), online = bench.online().tensors(Which::all);
    for (std::size_t i = 0; i < target.size(); ++i) {
      if (target[i].requires_grad()) throw Failure("after update() a weight of the target asks for gradients");
      if (target[i].is_alias_of(online[i]))
        throw Failure(
            "after update() a weight of the target shares its memory with the online network's: training would move "
            "both; copy the numbers");
    }
  }
}

}  // namespace

/// A rule fails if the target hangs on the online network.
Check check_rule_target() { return {"target", "no gradient into the target", try_rule}; }

}  // namespace byolab::conformance
