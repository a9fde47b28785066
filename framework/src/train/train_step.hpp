#pragma once

#include <chrono>

#include "train/batch_keeper.hpp"
#include "train/forward.hpp"
#include "train/observers.hpp"
#include "train/run_data.hpp"

namespace byolab {

/// Seconds spent in each stage, added up.
struct StageTimes {
  double data_wait = 0, forward = 0, backward = 0, update = 0, evaluate = 0, log = 0;
};

struct StepOutcome {
  double loss = 0;               ///< mean over the accumulated batches
  bool gradients_finite = true;  ///< false: the step was not taken
  double z_std = 0;              ///< collapse indicator, of the last batch's first view: see `spread_of`; NaN without
};

/// Who looks on during a step; null where there is none.
struct Onlookers {
  BatchKeeper* keeper = nullptr;  ///< sees each batch
  const Observers* observers = nullptr;
};

/// Mean over the dimensions of the standard deviation of the l2-normalised rows of z, times √d: about 1 if
/// they spread over the sphere, 0 if all images have one projection (Chen & He 2021, section 4.1).
BYOLAB_API double spread_of(const at::Tensor& z);

/// One optimizer step: `accumulate` batches forward and backward (their mean gradient), the optimizer, and the
/// target rule where [target] when says.
BYOLAB_API StepOutcome train_step(Model& model, RunData& data, const Experiment& experiment, const Compute& compute,
                                  const Step& step, StageTimes& times, Onlookers onlookers = {});

}  // namespace byolab
