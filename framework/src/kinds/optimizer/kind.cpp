#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/optimizer/bench.hpp"
#include "kinds/optimizer/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> optimizer_checks() {
  using namespace conformance;
  return {check_shapes(), check_determinism(), check_threads(),  check_direction(), check_state(),
          check_lent(),   check_layouts(),     check_extremes(), check_options(),   check_metrics()};
}

}  // namespace

extern constinit const HostKind kOptimizerKind{.kind = Kind::optimizer,
                                               .name = "optimizer",
                                               .example = "plugin = \"@name@\"\n",
                                               .held = &behind_guard<HeldOptimizer, Optimizer>,
                                               .sizes = 3,
                                               .float64 = true,
                                               .bench = &conformance::make_optimizer_bench,
                                               .checks = &optimizer_checks};

}  // namespace byolab
