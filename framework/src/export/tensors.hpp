#pragma once

#include <map>
#include <string>

#include <ATen/core/Tensor.h>

#include "byolab/error.hpp"

namespace byolab {

/// Named tensors as a safetensors file: length of a JSON header, the header, the tensors row after row.
/// `metadata` becomes its `__metadata__`. Throws Error for a dtype that the format does not have.
BYOLAB_API std::string safetensors_of(const std::map<std::string, at::Tensor>& tensors,
                                      const std::map<std::string, std::string>& metadata);

/// One tensor (float32, int64 or uint8) as NumPy's .npy, version 1.0, row after row. Throws Error for another dtype.
BYOLAB_API std::string npy_of(const at::Tensor& tensor);

}  // namespace byolab
