#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/head/bench.hpp"
#include "kinds/head/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> head_checks() {
  using namespace conformance;
  return {check_shapes(), check_determinism(), check_threads(),  check_gradients(), check_state(),
          check_lent(),   check_layouts(),     check_extremes(), check_options(),   check_metrics()};
}

}  // namespace

extern constinit const HostKind kHeadKind{.kind = Kind::head,
                                          .name = "head",
                                          .example = "plugin = \"@name@\"\n",
                                          .held = &behind_guard<HeldHead, Head, HeldSolved, HeldWithoutDecay>,
                                          .module = &as_module<Head>,
                                          .sizes = 3,
                                          .float64 = true,
                                          .network = true,
                                          .bench = &conformance::make_head_bench,
                                          .checks = &head_checks};

}  // namespace byolab
