#pragma once

#include <array>

#include "byolab/abi.hpp"
#include "support/array.hpp"

namespace byolab {

/// Points in the plane in which they vary most.
struct Projection {
  Array<double> points;               ///< [n, 2]
  std::array<double, 2> explained{};  ///< share of the variance along each axis
};

/// Principal components of features [n, d], n ≥ 1, about their mean. The sign of an axis is such that the greatest of
/// its weights is positive. One feature alone gives a second axis of zeros.
BYOLAB_API Projection principal_plane(const Array<float>& features);

}  // namespace byolab
