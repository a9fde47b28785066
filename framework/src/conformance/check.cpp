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

}  // namespace byolab::conformance
