#include "checkpoint/part_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <set>

#include "checkpoint/checkpoint.hpp"

namespace byolab {
namespace {

using Tensors = std::map<std::string, at::Tensor>;

std::string bytes_of(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.detach().to(at::kCPU).contiguous();
  return {static_cast<const char*>(dense.const_data_ptr()), dense.nbytes()};
}

const char* safetensors_name(at::ScalarType type) {
  switch (type) {
    case at::kBool:
      return "BOOL";
    case at::kByte:
      return "U8";
    case at::kChar:
      return "I8";
    case at::kShort:
      return "I16";
    case at::kInt:
      return "I32";
    case at::kLong:
      return "I64";
    case at::kHalf:
      return "F16";
    case at::kBFloat16:
      return "BF16";
    case at::kFloat:
      return "F32";
    case at::kDouble:
      return "F64";
    default:
      throw Error(std::string("safetensors has no dtype for ") + at::toString(type));
  }
}

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

/// Length of a JSON header, the header, the tensors row after row. `metadata` becomes its `__metadata__`.
std::string safetensors_of(const Tensors& tensors, const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::string data;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t begin = data.size();
    data += bytes_of(tensor);
    header[name] = {{"dtype", safetensors_name(tensor.scalar_type())},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {begin, data.size()}}};
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the tensors begin at a multiple of eight
  const auto length = static_cast<std::uint64_t>(text.size());
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + text + data;
}

}  // namespace

std::string safetensors_of_part(const std::filesystem::path& checkpoint, const std::string& part) {
  return safetensors_of(weights_of(checkpoint, part), {{"format", "pt"}, {"byolab_part", part}});
}

void write_state_dict_of_part(const std::filesystem::path& path, const std::filesystem::path& checkpoint,
                              const std::string& part) {
  write_state_dict(path, weights_of(checkpoint, part));
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
