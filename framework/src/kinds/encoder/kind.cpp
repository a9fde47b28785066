#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/encoder/bench.hpp"
#include "kinds/encoder/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> encoder_checks() {
  using namespace conformance;
  return {check_shapes(), check_determinism(), check_threads(), check_gradients(), check_maps(),    check_tokens(),
          check_state(),  check_lent(),        check_layouts(), check_extremes(),  check_options(), check_metrics()};
}

}  // namespace

extern constinit const HostKind kEncoderKind{
    .kind = Kind::encoder,
    .name = "encoder",
    .example = "plugin = \"@name@\"\n",
    .held = &behind_guard<HeldEncoder, Encoder, HeldMaps, HeldTokens, HeldWithoutDecay>,
    .module = &as_module<Encoder>,
    .sizes = 3,
    .float64 = true,
    .network = true,
    .bench = &conformance::make_encoder_bench,
    .checks = &encoder_checks};

}  // namespace byolab
