#pragma once

#include <memory>

#include "guard/guard.hpp"

namespace byolab {

/// A plugin that another plugin holds and calls (a loss in a sum of losses, a schedule in an optimizer): the same
/// plugin behind a guard, so that what it throws, and where it crashes or hangs, is not put down to the one that holds
/// it. A module's parameters, buffers and submodules stand in the guarded one under the same names.
std::shared_ptr<Component> guarded_held(std::shared_ptr<Component> made, std::shared_ptr<const Callee> who);

}  // namespace byolab
