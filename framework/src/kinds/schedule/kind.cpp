#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/schedule/bench.hpp"
#include "kinds/schedule/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> schedule_checks() {
  using namespace conformance;
  return {check_shapes(), check_determinism(), check_threads(), check_options()};
}

}  // namespace

extern constinit const HostKind kScheduleKind{.kind = Kind::schedule,
                                              .name = "schedule",
                                              .key = "schedule",
                                              .example = "lr = { schedule = \"@name@\" }\n",
                                              .held = &behind_guard<HeldCurve, ScheduleCurve>,
                                              .sizes = 3,
                                              .bench = &conformance::make_schedule_bench,
                                              .checks = &schedule_checks};

}  // namespace byolab
