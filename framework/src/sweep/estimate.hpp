#pragma once

#include <algorithm>

#include "sweep/local_launcher.hpp"

namespace byolab {

/// What a short trial run says about the time that trials take on this machine.
struct Calibration {
  double start = 0;       ///< seconds until training begins
  double image = 0;       ///< seconds of training an image: arms may differ in the size of their batches
  double evaluation = 0;  ///< seconds for a round of all evaluators
  int trials = 0;         ///< how many were tried, at the same time
  bool stopped = false;   ///< by SIGINT or SIGTERM: nothing is known

  /// For what is left of a trial of which `done` steps are recorded. Evaluations before the first step and after the
  /// last are in it.
  double seconds(const Trial& trial, std::int64_t done) const {
    if (trial.steps == 0) return start + evaluation;
    const double left = 1 - std::min(1.0, static_cast<double>(done) / static_cast<double>(trial.steps));
    const double steps = image * static_cast<double>(trial.steps * trial.step_images);
    return start + left * (steps + evaluation * (2 + trial.evaluations));
  }
};

/// Runs some of the trials in a temporary folder, as many at a time as the sweep would, up to their first thirty
/// steps or so. Throws Error with a trial's own words if one fails.
BYOLAB_API Calibration calibrate(const Plan& plan, const std::vector<std::size_t>& trials,
                                 const LaunchOptions& options);

}  // namespace byolab
