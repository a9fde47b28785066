#include <c10/core/GradMode.h>

#include "checkpoint/checkpoint_parts.hpp"
#include "conformance/tensors.hpp"

namespace byolab::conformance {
namespace {

constexpr std::int64_t kBefore = 3;

Checkpoint save(Bench& bench, const Callee& callee) {
  Checkpoint checkpoint;
  guarded(callee, "state()", kBefore, [&] { save_state(bench.component(), checkpoint, "state"); });
  if (bench.module()) save_module(*bench.module(), checkpoint, "module");
  return checkpoint;
}

/// As a resumed run does: the object is made anew, started, and then filled.
void restore(Bench& bench, const Callee& callee, const Checkpoint& checkpoint, const std::vector<at::Tensor>& moved) {
  if (bench.module()) load_module(*bench.module(), checkpoint, "module");
  guarded(callee, "state()", -1, [&] { load_state(bench.component(), checkpoint, "state"); });
  const c10::AutoGradMode no_gradient(false);
  const auto mine = bench.moved();
  for (std::size_t i = 0; i < mine.size(); ++i) mine[i].copy_(moved[i]);
}

void try_resuming(const Specimen& specimen) {
  const auto first = make_bench(specimen), resumed = make_bench(specimen);
  for (std::int64_t k = 0; k < kBefore; ++k) first->step(k);
  const Checkpoint saved = save(*first, specimen.callee());
  const auto moved = copies(first->moved());
  restore(*resumed, specimen.callee(), saved, moved);
  for (std::int64_t k = kBefore; k < kBefore + 3; ++k)
    if (first_difference(first->step(k), resumed->step(k)) >= 0)
      throw Failure(
          "saved after 3 steps and restored into a new object, it went on otherwise than without that: what the next "
          "step depends on must be "
          "a parameter, a buffer, or declared in state()");
}

}  // namespace

Check check_state() { return {"state", "saved and restored mid-run, the next step is the same", try_resuming}; }

}  // namespace byolab::conformance
