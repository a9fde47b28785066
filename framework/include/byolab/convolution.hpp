#pragma once

#include <ATen/core/Tensor.h>

#include "byolab/abi.hpp"

namespace byolab {

/// A 3×3 convolution with stride 1, a border of zeros that keeps the size, and no bias: x [n, in, h, w] and weight
/// [out, in, 3, 3] to [n, out, h, w]. Differentiable once.
///
/// On the CPU in float32, x channels-last, multiples of 16 channels, it goes by Winograd's minimal filtering
/// F(4×4, 3×3) (Lavin & Gray 2015, section 4.3), which takes a quarter of the multiplications; its rounding is some
/// 1e-6 to 5e-6 of a result's size where a sum of products has 2e-7 to 1e-6. Otherwise it is LibTorch's. Under autocast
/// it is LibTorch's, too.
BYOLAB_API at::Tensor convolution_3x3(const at::Tensor& x, const at::Tensor& weight);

}  // namespace byolab
