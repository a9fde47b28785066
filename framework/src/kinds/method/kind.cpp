#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/method/bench.hpp"
#include "kinds/method/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> method_checks() {
  using namespace conformance;
  return {check_shapes(), check_determinism(), check_threads(),  check_gradients(), check_state(),
          check_lent(),   check_layouts(),     check_extremes(), check_options(),   check_metrics()};
}

}  // namespace

extern constinit const HostKind kMethodKind{.kind = Kind::method,
                                            .name = "method",
                                            .example = "[method]\nplugin = \"@name@\"\n",
                                            .held = &behind_guard<HeldMethod, Method, HeldWithoutDecay>,
                                            .module = &as_module<Method>,
                                            .sizes = 2,
                                            .float64 = true,
                                            .bench = &conformance::make_method_bench,
                                            .checks = &method_checks};

}  // namespace byolab
