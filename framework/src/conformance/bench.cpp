#include "conformance/bench.hpp"

namespace byolab::conformance {

const char* name_of(Layout layout) {
  switch (layout) {
    case Layout::contiguous:
      return "contiguous";
    case Layout::channels_last:
      return "channels-last";
    case Layout::strided:
      return "non-contiguous";
  }
  return "";
}

const char* name_of(Fill fill) {
  switch (fill) {
    case Fill::usual:
      return "usual numbers";
    case Fill::zero:
      return "zeros";
    case Fill::equal:
      return "all rows equal";
    case Fill::huge:
      return "numbers of 10⁴";
    case Fill::tiny:
      return "numbers of 10⁻⁶";
  }
  return "";
}

int sizes_of(Kind kind) {
  switch (kind) {
    case Kind::dataset:
    case Kind::evaluator:
      return 2;
    case Kind::augmentation:
      return 5;
    default:
      return 3;
  }
}

at::ScalarType widest(Kind kind) {
  switch (kind) {
    case Kind::encoder:
    case Kind::head:
    case Kind::loss:
    case Kind::target_update:
    case Kind::optimizer:
      return at::kDouble;
    default:
      return at::kFloat;
  }
}

std::unique_ptr<Bench> make_bench(const Specimen& specimen, const Setup& setup) {
  seed_torch(0, "conformance/constructor");
  switch (specimen.kind()) {
    case Kind::encoder:
      return make_encoder_bench(specimen, setup);
    case Kind::head:
      return make_head_bench(specimen, setup);
    case Kind::loss:
      return make_loss_bench(specimen, setup);
    case Kind::target_update:
      return make_rule_bench(specimen, setup);
    case Kind::optimizer:
      return make_optimizer_bench(specimen, setup);
    case Kind::schedule:
      return make_schedule_bench(specimen, setup);
    case Kind::dataset:
      return make_dataset_bench(specimen, setup);
    case Kind::augmentation:
      return make_augmentation_bench(specimen, setup);
    case Kind::evaluator:
      return make_evaluator_bench(specimen, setup);
  }
  throw Error("no such kind");
}

}  // namespace byolab::conformance
