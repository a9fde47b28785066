#pragma once

#include <string>

#include "byolab/value.hpp"

namespace byolab {

/// `target.tau.from = 0.996`, one line a leaf, sorted, so that the order of declaration counts for nothing;
/// elements of lists are numbered: `views[0].augment[2].p = 0.8`.
std::string identity_lines(const Value& value);

}  // namespace byolab
