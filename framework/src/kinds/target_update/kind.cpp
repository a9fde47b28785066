#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/target_update/bench.hpp"
#include "kinds/target_update/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> target_update_checks() {
  using namespace conformance;
  return {check_shapes(), check_determinism(), check_threads(),  check_rule_target(), check_laws(),   check_state(),
          check_lent(),   check_layouts(),     check_extremes(), check_options(),     check_metrics()};
}

}  // namespace

extern constinit const HostKind kTargetUpdateKind{.kind = Kind::target_update,
                                                  .name = "target_update",
                                                  .example = "plugin = \"@name@\"\n",
                                                  .reserved = {"init", "when"},
                                                  .held = &behind_guard<HeldRule, TargetUpdate, HeldRestarts>,
                                                  .sizes = 3,
                                                  .float64 = true,
                                                  .bench = &conformance::make_rule_bench,
                                                  .checks = &target_update_checks};

}  // namespace byolab
