#pragma once

#include <optional>

#include "config/reading.hpp"

namespace byolab {

struct Checked {
  Bound bound;     ///< in the form that Field::assign wants: integers and floats as declared, paths absolute
  Value identity;  ///< what of it can change results
};

/// Checks a value's type and range against a declaration; reads the plugins and schedules in it. Nothing, and
/// one problem or more, if it will not do.
std::optional<Checked> check_value(Reading& reading, const Field& field, const Value& value, const Owner& owner);

}  // namespace byolab
