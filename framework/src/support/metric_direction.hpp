#pragma once

#include <string>

#include "byolab/abi.hpp"

namespace byolab {

enum class Direction { unknown, greater, less };

/// Which values of a metric are better, as far as its name tells: "train/loss", "linear_top1". Of most (a rank, a norm,
/// a distance) neither can be said.
BYOLAB_API Direction direction_of(const std::string& metric);

}  // namespace byolab
