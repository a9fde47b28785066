#pragma once

#include "record/history.hpp"

namespace byolab {

/// The history with every row at a step: what is recorded by the epoch (/timing) gets the number of steps that were
/// done when the epoch ended.
History by_step(History history);

}  // namespace byolab
