#include <fmt/format.h>

#include "conformance/tensors.hpp"

namespace byolab::conformance {
namespace {

/// Whether one number ≥ 0, times what was lent, is what came back.
bool is_scaled(const Lent& lent) {
  const at::Tensor now = lent.tensor.detach().to(at::kDouble), before = lent.before.to(at::kDouble);
  if (now.sizes() != before.sizes()) return false;
  const double length = before.square().sum().item<double>();
  const double factor = length > 0 ? (now * before).sum().item<double>() / length : 0;
  return factor >= 0 && difference({now}, {factor * before}) <= kTolerance;
}

void try_lent(const Lent& lent) {
  if (same_bits(lent.tensor.detach(), lent.before)) return;
  const bool scaled = is_scaled(lent);
  if (lent.may_be_scaled && scaled) return;
  if (lent.may_be_scaled)
    throw Failure(fmt::format(
        "it changed {} otherwise than by one number ≥ 0, which is what scales_gradients() allows: work on a copy",
        lent.name));
  const char* gradient = scaled && lent.name.starts_with("the gradient") ? ", or declare scales_gradients()" : "";
  throw Failure(fmt::format("it changed {}, which it is only lent: work on a copy{}", lent.name, gradient));
}

}  // namespace

Check check_lent() {
  return {"lent", "what it is only lent stays as it was", [](const Specimen& specimen) {
            const auto bench = make_bench(specimen);
            for (std::int64_t k = 0; k < 3; ++k) {
              bench->step(k);
              for (const Lent& lent : bench->lent()) try_lent(lent);
            }
          }};
}

}  // namespace byolab::conformance
