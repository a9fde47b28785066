#pragma once

#include "byolab/optimizer.hpp"

namespace byolab {

/// Those that there are, in the order of the parameters.
std::vector<at::Tensor> gradients_of(const std::vector<Parameter>& parameters);
/// [parameters]: the L2 norm of each gradient, 0 for one that is not there.
at::Tensor gradient_norms(const std::vector<Parameter>& parameters);

}  // namespace byolab
