#include "checkpoint/part_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/safetensors.hpp"

namespace byolab {
namespace {

using Tensors = std::map<std::string, at::Tensor>;

/// Weights of one part, under the names that its module gives them: online/encoder/conv1.weight → conv1.weight.
Tensors weights_of(const std::filesystem::path& checkpoint, const std::string& part) {
  Tensors weights;
  std::set<std::string> parts;
  for (const auto& [name, tensor] : read_checkpoint(checkpoint).tensors) {
    const auto first = name.find('/'), second = name.find('/', first + 1);
    if (second == std::string::npos || !(name.starts_with("online/") || name.starts_with("target/"))) continue;
    const std::string owner = name.substr(0, first) + "." + name.substr(first + 1, second - first - 1);
    parts.insert(owner);
    if (owner == part) weights[name.substr(second + 1)] = tensor;
  }
  if (weights.empty())
    throw Error(fmt::format("{} has no part '{}'", checkpoint.string(), part),
                fmt::format("--part takes: {}", fmt::join(parts, ", ")));
  return weights;
}

}  // namespace

std::string safetensors_of_part(const std::filesystem::path& checkpoint, const std::string& part) {
  return safetensors_of(weights_of(checkpoint, part), {{"format", "pt"}, {"byolab_part", part}});
}

std::string state_dict_of_part(const std::filesystem::path& checkpoint, const std::string& part) {
  return state_dict_bytes(weights_of(checkpoint, part));
}

bool is_whole_checkpoint(const std::filesystem::path& path) {
  try {
    read_checkpoint(path);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace byolab
