#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/evaluator/bench.hpp"
#include "kinds/evaluator/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> evaluator_checks() {
  using namespace conformance;
  return {check_shapes(),  check_determinism(), check_threads(), check_lent(),
          check_layouts(), check_extremes(),    check_options(), check_metrics()};
}

}  // namespace

extern constinit const HostKind kEvaluatorKind{.kind = Kind::evaluator,
                                               .name = "evaluator",
                                               .example = "plugin = \"@name@\"\n",
                                               .held = &behind_guard<HeldEvaluator, Evaluator, HeldPredicts>,
                                               .sizes = 2,
                                               .values_by_call = false,
                                               .bench = &conformance::make_evaluator_bench,
                                               .checks = &evaluator_checks};

}  // namespace byolab
