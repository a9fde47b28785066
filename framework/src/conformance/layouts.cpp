#include <fmt/format.h>

#include "conformance/tensors.hpp"

namespace byolab::conformance {
namespace {

void try_layout(const Specimen& specimen, Layout layout) {
  const auto plain = make_bench(specimen, {.dtype = widest(specimen.kind())})->step(1);
  const auto other = make_bench(specimen, {.dtype = widest(specimen.kind()), .layout = layout})->step(1);
  if (const double off = difference(other, plain); off > kTolerance)
    throw Failure(
        fmt::format("{} input gave other numbers than the same input lying contiguous, by {:.1g} of the largest: go by "
                    "sizes and strides, or ask for contiguous()",
                    name_of(layout), off));
}

}  // namespace

Check check_layouts() {
  return {"layouts", "non-contiguous and channels-last input gives the same", [](const Specimen& specimen) {
            try_layout(specimen, Layout::channels_last);
            try_layout(specimen, Layout::strided);
          }};
}

}  // namespace byolab::conformance
