#include "export/tensors.hpp"

#include <nlohmann/json.hpp>

namespace byolab {
namespace {

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

const char* npy_name(at::ScalarType type) {
  if (type == at::kFloat) return "<f4";
  if (type == at::kLong) return "<i8";
  if (type == at::kByte) return "|u1";
  throw Error(std::string("no .npy of ") + at::toString(type) + " is written");
}

}  // namespace

std::string safetensors_of(const std::map<std::string, at::Tensor>& tensors,
                           const std::map<std::string, std::string>& metadata) {
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

std::string npy_of(const at::Tensor& tensor) {
  std::string shape;
  for (const std::int64_t size : tensor.sizes()) shape += std::to_string(size) + ", ";
  std::string header = std::string("{'descr': '") + npy_name(tensor.scalar_type()) +
                       "', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr std::size_t kBefore = 10, kAlignment = 64;
  header.resize((kBefore + header.size()) / kAlignment * kAlignment + kAlignment - kBefore - 1, ' ');
  header += '\n';
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 0xFF);
  text += static_cast<char>(header.size() >> 8);
  return text + header + bytes_of(tensor);
}

}  // namespace byolab
