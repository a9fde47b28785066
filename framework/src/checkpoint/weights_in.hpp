#pragma once

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/pickle.hpp"

namespace byolab {

/// The named tensors of what Python saved: outermost, or in a dict inside. Throws Error where several could be meant;
/// no tensors at all are the caller's to refuse.
SavedWeights weights_in(const Pickled& root);

}  // namespace byolab
