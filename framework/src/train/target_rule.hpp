#pragma once

#include "train/model.hpp"

namespace byolab {

// The target rule's calls. Both throw Error if it wrote what it is only lent, the online network, or left the target's
// tensors with other shapes, types, or in the online network's own memory.

/// Before the first step.
void start_target(Model& model);
/// Nothing where there is no second network.
void update_target(Model& model, const Step& step);

}  // namespace byolab
