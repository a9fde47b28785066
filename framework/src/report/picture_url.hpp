#pragma once

#include <string>

#include <ATen/core/Tensor.h>

namespace byolab {

/// A picture, uint8 [height, width, 3], as a PNG in a data: URL.
std::string picture_url(const at::Tensor& picture);

}  // namespace byolab
