#pragma once

#include <torch/nn/module.h>

#include <set>
#include <string>

#include "guard/guard.hpp"

namespace byolab {

/// The parameters of a module that weight decay is to leave alone as it says (see WithoutDecay), by name; both
/// arguments are the same plugin. Throws Error, naming it, for a name that no parameter has.
std::set<std::string> without_decay(const Component& component, const torch::nn::Module& module, const Callee& callee);

}  // namespace byolab
