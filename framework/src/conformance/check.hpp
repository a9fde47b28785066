#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/specimen.hpp"

namespace byolab::conformance {

enum class Outcome {
  passed,
  failed,
  does_not_apply,
  not_tried,  ///< an earlier check failed without which this one says nothing
};

const char* name_of(Outcome outcome);

/// Thrown by a check: what the plugin did, and what was expected, in one sentence.
class Failure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Thrown by a check that makes no sense for this plugin: why.
class DoesNotApply : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One thing that the field expects of a kind of plugins.
struct Check {
  std::string name;     ///< "gradients"
  std::string expects;  ///< one line, for the table
  std::function<void(const Specimen&)> run;
  bool basic = false;  ///< if it fails, the checks after it are not tried
};

// Checks that several kinds are tried with; which, each says in kinds/<kind>/kind.cpp.
Check check_shapes();
Check check_determinism();
Check check_threads();
Check check_options();
Check check_metrics();
Check check_state();
Check check_layouts();
Check check_extremes();
Check check_lent();
Check check_gradients();

}  // namespace byolab::conformance
