#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/observer/bench.hpp"
#include "kinds/observer/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> observer_checks() {
  using namespace conformance;
  return {check_shapes(),  check_determinism(), check_threads(), check_state(),  check_lent(),
          check_layouts(), check_extremes(),    check_options(), check_metrics()};
}

}  // namespace

extern constinit const HostKind kObserverKind{
    .kind = Kind::observer,
    .name = "observer",
    .example = "[[observe]]\nplugin = \"@name@\"\n",
    .section = "observe",
    .meaning = "what looks on while the run trains, and may clip gradients or stop it",
    .held = &behind_guard<HeldObserver, Observer>,
    .sizes = 3,
    .float64 = true,
    .bench = &conformance::make_observer_bench,
    .checks = &observer_checks};

}  // namespace byolab
