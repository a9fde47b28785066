#include "checkpoint/safetensors.hpp"

#include <cstring>

#include <ATen/Functions.h>
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "byolab/error.hpp"

namespace byolab {
namespace {

using Tensors = std::map<std::string, at::Tensor>;
using nlohmann::json;

constexpr std::size_t kLengthSize = 8;

struct DtypeName {
  at::ScalarType type;
  const char* name;
};
constexpr std::array kDtypes{DtypeName{at::kBool, "BOOL"}, DtypeName{at::kByte, "U8"},
                             DtypeName{at::kChar, "I8"},   DtypeName{at::kShort, "I16"},
                             DtypeName{at::kInt, "I32"},   DtypeName{at::kLong, "I64"},
                             DtypeName{at::kHalf, "F16"},  DtypeName{at::kBFloat16, "BF16"},
                             DtypeName{at::kFloat, "F32"}, DtypeName{at::kDouble, "F64"}};

const char* dtype_name(at::ScalarType type) {
  for (const DtypeName& one : kDtypes)
    if (one.type == type) return one.name;
  throw Error(std::string("safetensors has no dtype for ") + at::toString(type));
}

at::ScalarType dtype_named(const std::string& name, const std::string& tensor) {
  for (const DtypeName& one : kDtypes)
    if (name == one.name) return one.type;
  throw Error(fmt::format("holds '{}' as {}, which cannot be read here", tensor, name), "save it with another dtype");
}

std::string dense_bytes(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.detach().to(at::kCPU).contiguous();
  return {static_cast<const char*>(dense.const_data_ptr()), dense.nbytes()};
}

std::uint64_t header_length(std::string_view bytes) {
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthSize);
  return length;
}

[[noreturn]] void damaged(const std::string& what) { throw Error("damaged: " + what); }

/// What the header says of one tensor, against `data`.
at::Tensor tensor_of(const std::string& name, const json& entry, std::string_view data) {
  const at::ScalarType type = dtype_named(entry.at("dtype").get<std::string>(), name);
  const auto shape = entry.at("shape").get<std::vector<std::int64_t>>();
  const auto [begin, end] = entry.at("data_offsets").get<std::pair<std::uint64_t, std::uint64_t>>();
  std::uint64_t size = at::elementSize(type);
  bool sound = begin <= end && end <= data.size();
  for (const std::int64_t side : shape)
    sound = sound && side >= 0 && !__builtin_mul_overflow(size, static_cast<std::uint64_t>(side), &size);
  if (!sound || size != end - begin) damaged("the shape of '" + name + "' is not that of its bytes");
  const at::Tensor tensor = at::empty(shape, at::TensorOptions(type));
  if (size > 0) std::memcpy(tensor.mutable_data_ptr(), data.data() + begin, size);
  return tensor;
}

}  // namespace

std::string safetensors_of(const Tensors& tensors, const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::string data;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t begin = data.size();
    data += dense_bytes(tensor);
    header[name] = {{"dtype", dtype_name(tensor.scalar_type())},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {begin, data.size()}}};
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the tensors begin at a multiple of eight
  const auto length = static_cast<std::uint64_t>(text.size());
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + text + data;
}

bool is_safetensors(std::string_view bytes) {
  if (bytes.size() <= kLengthSize || bytes[kLengthSize] != '{') return false;
  return header_length(bytes) <= 100'000'000;  // the format's own limit
}

Tensors read_safetensors(std::string_view bytes) {
  const std::uint64_t length = header_length(bytes);
  if (length > bytes.size() - kLengthSize) damaged("it is cut short");
  const std::string_view text = bytes.substr(kLengthSize, length), data = bytes.substr(kLengthSize + length);
  Tensors tensors;
  try {
    std::size_t held = 0;
    const json header = json::parse(text);
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") continue;
      const at::Tensor tensor = tensor_of(name, entry, data);
      held += tensor.nbytes();
      if (held > data.size()) damaged("its tensors lie over one another");
      tensors[name] = tensor;
    }
  } catch (const json::exception&) {
    damaged("its header is not as safetensors has it");
  }
  return tensors;
}

}  // namespace byolab
