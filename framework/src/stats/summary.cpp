#include "stats/summary.hpp"

#include <cmath>
#include <limits>
#include <numeric>

namespace byolab {

Summary summarize(std::span<const double> values) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  Summary summary{values.size(), kNone, kNone};
  if (values.empty()) return summary;
  const auto n = static_cast<double>(values.size());
  summary.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (values.size() < 2) return summary;
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  summary.std = std::sqrt(squares / (n - 1));
  return summary;
}

}  // namespace byolab
