#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/loss/bench.hpp"
#include "kinds/loss/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> loss_checks() {
  using namespace conformance;
  return {check_shapes(), check_determinism(), check_threads(),  check_gradients(), check_loss_target(), check_state(),
          check_lent(),   check_layouts(),     check_extremes(), check_options(),   check_metrics()};
}

}  // namespace

extern constinit const HostKind kLossKind{.kind = Kind::loss,
                                          .name = "loss",
                                          .example = "plugin = \"@name@\"\n",
                                          .held = &behind_guard<HeldLoss, Loss, HeldWithoutDecay>,
                                          .module = &as_module<Loss>,
                                          .sizes = 3,
                                          .float64 = true,
                                          .bench = &conformance::make_loss_bench,
                                          .checks = &loss_checks};

}  // namespace byolab
