#include <fmt/format.h>

#include "conformance/tensors.hpp"

namespace byolab::conformance {

Check check_lent() {
  return {"lent", "what it is only lent stays as it was", [](const Specimen& specimen) {
            const auto bench = make_bench(specimen);
            for (std::int64_t k = 0; k < 3; ++k) {
              bench->step(k);
              for (const Lent& lent : bench->lent())
                if (!same_bits(lent.tensor.detach(), lent.before))
                  throw Failure(fmt::format("it changed {}, which it is only lent: work on a copy", lent.name));
            }
          }};
}

}  // namespace byolab::conformance
