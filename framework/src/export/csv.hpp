#pragma once

#include <string>

#include "record/history.hpp"

namespace byolab {

/// All rows as tidy CSV, one value a line: `group,metric,step,value`, in the record's order. An epoch stands in `step`,
/// too. A value that is not finite is written as nan, inf or -inf. Nine digits: a float32 comes back bit for bit.
BYOLAB_API std::string csv_of(const History& history);

}  // namespace byolab
