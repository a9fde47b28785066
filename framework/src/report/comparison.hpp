#pragma once

#include <limits>

#include "report/arms.hpp"
#include "stats/summary.hpp"

namespace byolab {

/// An arm's final values of one metric.
struct ArmResult {
  std::string arm;
  std::vector<std::string> seeds;  ///< that have a value, in order
  std::vector<double> values;      ///< one each; the mean of a seed's, if it was run more than once
  std::size_t not_a_number = 0;    ///< runs whose value is none, and which are left out
  Summary summary;
  double best = std::numeric_limits<double>::quiet_NaN();  ///< over its runs, where one direction is better: the
                                                           ///< greatest top-1, the least loss

  // Against the baseline; NaN without one, and where there are too few runs.
  enum class Test { none, paired, welch } test = Test::none;
  std::size_t pairs = 0;  ///< seeds that both arms have
  double difference = std::numeric_limits<double>::quiet_NaN();
  double low = difference, high = difference;  ///< 95 % confidence interval
  double p = difference, p_holm = difference;  ///< two-sided; adjusted for all arms of the table
};

/// One metric over all arms.
struct Comparison {
  std::string metric, unit, meaning;
  std::string baseline;  ///< an arm's name, or empty
  std::vector<ArmResult> arms;
};

/// What a comparison leaves out, one sentence each: "ema-12ab (running): not finished, left out".
BYOLAB_API std::vector<std::string> left_out(const std::vector<RecordedRun>& trials);

/// Runs of an arm that are one experiment with one seed, one sentence each: such a seed counts once.
BYOLAB_API std::vector<std::string> repeats(const Arms& arms);

/// The metrics that are compared if none is named: "…/top1" of every evaluator, or else "train/loss".
BYOLAB_API std::vector<std::string> default_metrics(const std::vector<RecordedRun>& trials,
                                                    const std::string& first = {});

/// Runs that are results (finished, or collapsed), each by its last value; NaN counts as none. Arms without any stay
/// in, empty. With a baseline: the difference of means with its 95 % interval, and a paired t-test over the seeds
/// that both have (values of a seed that comes twice are averaged), or Welch's where fewer than two are shared.
/// Throws Error for a metric that no run has, or a baseline that is no arm.
BYOLAB_API Comparison compare(const Arms& arms, const std::string& metric, const std::string& baseline);

}  // namespace byolab
