#include <fmt/format.h>

#include "conformance/tensors.hpp"

namespace byolab::conformance {

Check check_extremes() {
  return {"extremes", "finite on zeros, equal rows, huge and tiny numbers", [](const Specimen& specimen) {
            for (const Fill fill : {Fill::zero, Fill::equal, Fill::huge, Fill::tiny}) {
              const auto bench = make_bench(specimen, {.fill = fill});
              for (std::int64_t k = 0; k < 2; ++k) expect_finite(bench->step(k), fmt::format("on {}", name_of(fill)));
            }
          }};
}

}  // namespace byolab::conformance
