#pragma once

#include <span>
#include <vector>

#include "byolab/error.hpp"

namespace byolab {

/// Holm's (1979) adjustment: with the p-values of several hypotheses put so, each may be compared with α itself,
/// and the chance of even one false finding stays below α. In the order given, each in [p, 1]. NaN (a hypothesis
/// that was not tested) stays NaN and counts for nothing.
BYOLAB_API std::vector<double> holm(std::span<const double> p_values);

}  // namespace byolab
