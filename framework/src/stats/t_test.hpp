#pragma once

#include <span>

#include "byolab/error.hpp"

namespace byolab {

/// What the difference of two means is asked to be, beyond chance.
enum class Alternative { two_sided, greater, less };

/// A t-test of the difference of two means.
struct TTest {
  double difference = 0;     ///< mean(x) − mean(y)
  double low = 0, high = 0;  ///< confidence interval of it; for a one-sided alternative, one end is infinite
  double t = 0, degrees = 0;
  double p = 1;
};

/// Half the width of the confidence interval of a mean, by Student's t; NaN of fewer than two values.
BYOLAB_API double mean_reach(std::span<const double> values, double confidence = 0.95);

/// Of pairs: x[i] and y[i] share their seed, so that what the seed does to both cancels. n − 1 degrees of freedom.
/// Differences without any spread give an interval of no width, and p = 0, or 1 if they are all 0.
/// Throws Error unless both have the same length of at least 2, and 0 < confidence < 1.
BYOLAB_API TTest paired_t_test(std::span<const double> x, std::span<const double> y,
                               Alternative alternative = Alternative::two_sided, double confidence = 0.95);

/// Of independent samples whose variances may differ (Welch 1947), with Satterthwaite's degrees of freedom.
/// Throws Error unless each has at least 2 values, and 0 < confidence < 1.
BYOLAB_API TTest welch_t_test(std::span<const double> x, std::span<const double> y,
                              Alternative alternative = Alternative::two_sided, double confidence = 0.95);

}  // namespace byolab
