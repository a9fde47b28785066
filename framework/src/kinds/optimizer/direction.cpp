#include <fmt/format.h>

#include "kinds/optimizer/bench.hpp"

namespace byolab::conformance {
namespace {

/// Σ gradient · move over the first step of a new optimizer: below 0 if it goes downhill.
double first_move(OptimizerBench& bench, std::int64_t moment) {
  const auto before = copies(bench.moved());
  bench.step_at(0, moment);
  double along = 0;
  for (std::size_t i = 0; i < bench.parameters().size(); ++i) {
    const at::Tensor &value = bench.parameters()[i].value, &gradient = bench.gradients()[i];
    if (gradient.defined()) along += ((value.detach() - before[i]) * gradient).sum().item<double>();
  }
  return along;
}

void try_downhill(const Specimen& specimen) {
  // A learning rate may be 0 at some moments: while it warms up, at the end.
  for (const std::int64_t moment : {500, 100, 0}) {
    OptimizerBench bench(specimen, {});
    const double along = first_move(bench, moment);
    if (along < 0) return;
    if (along > 0)
      throw Failure(fmt::format("the first step goes uphill: the sum of gradient · move is {:.3g}", along));
  }
  throw Failure("no parameter moves, neither at the beginning nor in the middle of a run");
}

void try_factor(const Specimen& specimen) {
  OptimizerBench bench(specimen, {}, 0);
  const auto before = copies(bench.moved());
  for (std::int64_t k = 0; k < 3; ++k) bench.step(k);
  if (first_difference(before, bench.moved()) >= 0)
    throw Failure(
        "with lr_factor = 0 a parameter moves: the learning rate must be multiplied with Parameter::lr_factor");
}

}  // namespace

Check check_direction() {
  return {"direction", "the first step goes downhill; lr_factor counts", [](const Specimen& specimen) {
            try_downhill(specimen);
            try_factor(specimen);
          }};
}

}  // namespace byolab::conformance
