#pragma once

#include "train/model.hpp"

namespace byolab {

// The optimizer's calls. Both throw Error if it left a parameter with another shape or type, frozen, or without its
// numbers.

/// Before the first step.
void start_optimizer(Model& model);
/// With the gradients that the parameters have.
void optimize(Model& model, const Step& step);

}  // namespace byolab
