#include "api/host_kind.hpp"
#include "conformance/check.hpp"
#include "kinds/dataset/bench.hpp"
#include "kinds/dataset/guard.hpp"

namespace byolab {
namespace {

std::vector<conformance::Check> dataset_checks() {
  using namespace conformance;
  return {check_shapes(), check_determinism(), check_threads(), check_options()};
}

}  // namespace

extern constinit const HostKind kDatasetKind{.kind = Kind::dataset,
                                             .name = "dataset",
                                             .example = "plugin = \"@name@\"\n",
                                             .held = &behind_guard<HeldDataset, Dataset, HeldAnnotated>,
                                             .sizes = 2,
                                             .bench = &conformance::make_dataset_bench,
                                             .checks = &dataset_checks};

}  // namespace byolab
