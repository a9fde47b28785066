#pragma once

#include <map>
#include <string>
#include <string_view>

#include <ATen/core/Tensor.h>

namespace byolab {

// The safetensors format: the length of a JSON header, the header, the tensors one after the other.

/// `metadata` becomes its `__metadata__`. Throws Error for a dtype that the format does not have.
std::string safetensors_of(const std::map<std::string, at::Tensor>& tensors,
                           const std::map<std::string, std::string>& metadata);
/// Whether bytes begin as such a file does.
bool is_safetensors(std::string_view bytes);
/// Throws Error if it is cut short, or its header says what its bytes do not hold.
std::map<std::string, at::Tensor> read_safetensors(std::string_view bytes);

}  // namespace byolab
