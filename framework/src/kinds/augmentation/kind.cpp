#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/augmentation/bench.hpp"
#include "kinds/augmentation/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> augmentation_checks() {
  using namespace conformance;
  return {check_shapes(), check_determinism(), check_threads(), check_layouts(), check_extremes(), check_options()};
}

}  // namespace

extern constinit const HostKind kAugmentationKind{.kind = Kind::augmentation,
                                                  .name = "augmentation",
                                                  .example = "  { plugin = \"@name@\" },\n",
                                                  .held = &behind_guard<HeldAugmentation, Augmentation>,
                                                  .sizes = 5,
                                                  .bench = &conformance::make_augmentation_bench,
                                                  .checks = &augmentation_checks};

}  // namespace byolab
