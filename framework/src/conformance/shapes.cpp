#include <fmt/format.h>

#include "api/host_kind.hpp"
#include "conformance/tensors.hpp"

// Shapes and dtypes over several sizes: what the benches see at sight, and that everything is finite.
namespace byolab::conformance {
namespace {

/// What a run may compute in. bfloat16 is autocast's: networks keep their weights in float32.
std::vector<at::ScalarType> dtypes(const HostKind& kind) {
  std::vector<at::ScalarType> all{at::kFloat};
  if (kind.float64) all.push_back(at::kDouble);
  if (kind.network) all.push_back(at::kBFloat16);
  return all;
}

void try_steps(const Specimen& specimen, const Setup& setup) {
  const auto bench = make_bench(specimen, setup);
  for (std::int64_t k = 0; k < 3; ++k)
    expect_finite(bench->step(k), fmt::format("in {} at step {}", toString(setup.dtype), k));
}

/// What evaluators see comes from this mode.
void try_evaluation(const Specimen& specimen, const Setup& setup) {
  try {
    try_steps(specimen, setup);
  } catch (const Failure& failure) {
    throw Failure(std::string("in evaluation mode: ") + failure.what());
  }
}

}  // namespace

Check check_shapes() {
  return {"shapes", "right shapes and dtypes, finite numbers, over several sizes",
          [](const Specimen& specimen) {
            const HostKind& kind = host_kind(specimen.kind());
            for (int size = 0; size < kind.sizes; ++size)
              for (const at::ScalarType dtype : dtypes(kind)) {
                try {
                  try_steps(specimen, {.size = size, .dtype = dtype});
                  if (kind.network) try_evaluation(specimen, {.size = size, .dtype = dtype, .evaluation = true});
                } catch (const Error&) {
                  if (size == 0) throw;  // a plugin may refuse unusual sizes, in words
                }
              }
          },
          true};
}

}  // namespace byolab::conformance
