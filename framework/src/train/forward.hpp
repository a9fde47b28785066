#pragma once

#include "byolab/outputs.hpp"
#include "train/model.hpp"

namespace byolab {

/// One pass of a batch as the method has it. `joint`: see ModelNetworks. Outputs are float32, in a float64 run float64.
/// Throws Error, naming the method, if they are not what it planned.
BYOLAB_API Outputs forward(const Model& model, const Batch& batch, bool joint, const Compute& compute,
                           const Step& step);

}  // namespace byolab
