#pragma once

#include <cstddef>
#include <span>

#include "byolab/error.hpp"

namespace byolab {

/// Mean and spread of some numbers.
struct Summary {
  std::size_t count = 0;
  double mean = 0;  ///< NaN of none
  double std = 0;   ///< of the sample, n − 1 in the denominator; NaN of fewer than two
};

BYOLAB_API Summary summarize(std::span<const double> values);

}  // namespace byolab
