#pragma once

#include <functional>
#include <limits>

#include "byolab/options.hpp"

namespace byolab {

/// What is known of an option beside its name, type, default and meaning. Use designated initializers:
/// `field("tau", options.tau, "share of the old target that is kept", {.min = 0, .max = 1})`.
struct About {
  double min = -std::numeric_limits<double>::infinity();  ///< of numbers, of list elements, of a schedule
  double max = std::numeric_limits<double>::infinity();
  const char* unit = "";        ///< "path" makes a string one: relative to the file that writes it, absolute once read
  const char* source = "";      ///< "Grill et al. 2020, section 3.1"
  bool changes_results = true;  ///< false keeps the option out of a run's identity (a cache folder, say)
  bool required = false;        ///< true: must be written, the default is never used
};

enum class FieldType {
  boolean,
  integer,
  number,
  string,
  choice,
  cadence,
  schedule,
  integers,
  numbers,
  strings,
  plugin,
  plugins
};

/// What was read for a field: the checked value, and what nested plugins it names.
struct Bound {
  Value value;
  std::vector<Recipe> recipes;
};

struct Field {
  std::string name, meaning;
  FieldType type = FieldType::boolean;
  std::vector<std::string> choices;  ///< of a choice
  Kind kind = Kind::schedule;        ///< of nested plugins
  About about;
  Value initial;  ///< the default
  std::function<void(const Bound&)> assign;
};

}  // namespace byolab
