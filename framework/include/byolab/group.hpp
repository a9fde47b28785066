#pragma once

#include <ATen/core/Tensor.h>

#include "byolab/abi.hpp"

namespace byolab {

/// The rows of all processes that train together, in the order of their ranks: [n, d] to [size · n, d]. The gradient
/// comes back to each process's own rows. One process gets what it gave. For losses that set each image against all
/// others of the batch, or put them into a queue.
BYOLAB_API at::Tensor gather(const at::Tensor& rows);

}  // namespace byolab
