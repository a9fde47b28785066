#include <fmt/format.h>

#include "conformance/tensors.hpp"

// Shapes and dtypes over several sizes: what the benches see at sight, and that everything is finite.
namespace byolab::conformance {
namespace {

/// What a run may compute in. bfloat16 is autocast's: networks keep their weights in float32.
std::vector<at::ScalarType> dtypes(Kind kind) {
  if (widest(kind) == at::kFloat) return {at::kFloat};
  if (kind == Kind::encoder || kind == Kind::head) return {at::kFloat, at::kDouble, at::kBFloat16};
  return {at::kFloat, at::kDouble};
}

void try_steps(const Specimen& specimen, const Setup& setup) {
  const auto bench = make_bench(specimen, setup);
  for (std::int64_t k = 0; k < 3; ++k)
    expect_finite(bench->step(k), fmt::format("in {} at step {}", toString(setup.dtype), k));
}

}  // namespace

Check check_shapes() {
  return {"shapes", "right shapes and dtypes, finite numbers, over several sizes",
          [](const Specimen& specimen) {
            for (int size = 0; size < sizes_of(specimen.kind()); ++size)
              for (const at::ScalarType dtype : dtypes(specimen.kind())) {
                try {
                  try_steps(specimen, {.size = size, .dtype = dtype});
                } catch (const Error&) {
                  if (size == 0) throw;  // a plugin may refuse unusual sizes, in words
                }
              }
          },
          true};
}

}  // namespace byolab::conformance
