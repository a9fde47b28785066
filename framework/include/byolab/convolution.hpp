#pragma once

#include <ATen/core/Tensor.h>

#include "byolab/abi.hpp"

namespace byolab {

/// A 3×3 convolution with stride 1, a border of zeros that keeps the size, and no bias: x [n, in, h, w] and weight
/// [out, in, 3, 3] to [n, out, h, w] of x's type (under autocast, of that). Differentiable once.
///
/// On the CPU, x channels-last, multiples of 16 channels, it goes by Winograd's minimal filtering F(4×4, 3×3) (Lavin &
/// Gray 2015, section 4.3), which takes a quarter of the multiplications: in float32, and, where the processor does not
/// multiply bfloat16 faster than float32, with x in bfloat16 or under autocast to it. It computes in float32 all the
/// same: there the weights are not rounded, if they are float32. Its rounding is 1e-6 to 5e-6 of the result's root mean
/// square (a sum of products: 2e-7 to 1e-6), up to twenty times that in a single element, and goes with the greatest
/// values within six pixels; one that is not finite makes the 4 × 4 tiles around it NaN. Otherwise it is LibTorch's; so
/// it is where tiles of 4 × 4 outputs would hang too far over the edge (images of 2 or 5 pixels), and where there are
/// fewer than a sixteenth as many tiles as channels.
BYOLAB_API at::Tensor convolution_3x3(const at::Tensor& x, const at::Tensor& weight);

}  // namespace byolab
