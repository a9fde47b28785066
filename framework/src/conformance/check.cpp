#include "conformance/check.hpp"

namespace byolab::conformance {

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::does_not_apply:
      return "does not apply";
    case Outcome::not_tried:
      return "not tried";
  }
  return "";
}

const std::vector<Check>& checks_of(Kind kind) {
  static const std::vector<Check> network{check_shapes(),  check_determinism(), check_threads(), check_gradients(),
                                          check_state(),   check_lent(),        check_layouts(), check_extremes(),
                                          check_options(), check_metrics()};
  static const std::vector<Check> loss{check_shapes(),   check_determinism(), check_threads(), check_gradients(),
                                       check_target(),   check_state(),       check_lent(),    check_layouts(),
                                       check_extremes(), check_options(),     check_metrics()};
  static const std::vector<Check> rule{check_shapes(),   check_determinism(), check_threads(), check_target(),
                                       check_laws(),     check_state(),       check_lent(),    check_layouts(),
                                       check_extremes(), check_options(),     check_metrics()};
  static const std::vector<Check> optimizer{check_shapes(),  check_determinism(), check_threads(), check_direction(),
                                            check_state(),   check_lent(),        check_layouts(), check_extremes(),
                                            check_options(), check_metrics()};
  static const std::vector<Check> evaluator{check_shapes(),  check_determinism(), check_threads(), check_lent(),
                                            check_layouts(), check_extremes(),    check_options(), check_metrics()};
  static const std::vector<Check> augmentation{check_shapes(),  check_determinism(), check_threads(),
                                               check_layouts(), check_extremes(),    check_options()};
  static const std::vector<Check> other{check_shapes(), check_determinism(), check_threads(), check_options()};
  switch (kind) {
    case Kind::encoder:
    case Kind::head:
      return network;
    case Kind::loss:
      return loss;
    case Kind::target_update:
      return rule;
    case Kind::optimizer:
      return optimizer;
    case Kind::evaluator:
      return evaluator;
    case Kind::augmentation:
      return augmentation;
    case Kind::schedule:
    case Kind::dataset:
      break;
  }
  return other;
}

}  // namespace byolab::conformance
