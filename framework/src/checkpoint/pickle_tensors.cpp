#include <cstring>

#include <ATen/Functions.h>

#include "checkpoint/pickle.hpp"

// Of an unpickler, what makes tensors of the storages beside the pickle.
namespace byolab {
namespace {

at::ScalarType dtype_of(const std::string& global) {
  static const std::map<std::string, at::ScalarType> types = {{"FloatStorage", at::kFloat},
                                                              {"DoubleStorage", at::kDouble},
                                                              {"HalfStorage", at::kHalf},
                                                              {"BFloat16Storage", at::kBFloat16},
                                                              {"LongStorage", at::kLong},
                                                              {"IntStorage", at::kInt},
                                                              {"ShortStorage", at::kShort},
                                                              {"CharStorage", at::kChar},
                                                              {"ByteStorage", at::kByte},
                                                              {"BoolStorage", at::kBool},
                                                              {"ComplexFloatStorage", at::kComplexFloat},
                                                              {"ComplexDoubleStorage", at::kComplexDouble}};
  const auto type = types.find(global.substr(global.find(' ') + 1));
  return type == types.end() ? at::ScalarType::Undefined : type->second;
}

std::vector<std::int64_t> integers(const Pickled& list) {
  if (list.type != Pickled::Type::list) damaged_pickle();
  std::vector<std::int64_t> values;
  for (const Pickled* item : list.items) {
    if (item->type != Pickled::Type::integer || item->integer < 0) damaged_pickle();
    values.push_back(item->integer);
  }
  return values;
}

/// One past the last element that a tensor of this shape touches.
std::int64_t extent(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides,
                    std::int64_t offset) {
  if (sizes.size() != strides.size() || offset < 0) damaged_pickle();
  std::int64_t last = offset, count = 1, span = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (__builtin_mul_overflow(count, sizes[i], &count)) damaged_pickle();
    if (sizes[i] == 0) continue;
    if (__builtin_mul_overflow(sizes[i] - 1, strides[i], &span) || __builtin_add_overflow(last, span, &last))
      damaged_pickle();
  }
  if (count == 0) return 0;
  if (__builtin_add_overflow(last, 1, &last)) damaged_pickle();
  return last;
}

std::string joined(const std::vector<std::int64_t>& sizes) {
  std::string text;
  for (const std::int64_t size : sizes) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return text;
}

constexpr std::uint64_t kTensorBytes = 512;  // of a tensor without its elements, about

}  // namespace

/// ("storage", class, key, device, elements)
Pickled* Unpickler::storage(const Pickled& id) {
  if (id.items.size() < 5) damaged_pickle();
  Pickled* storage = make(Pickled::Type::storage);
  storage->dtype = dtype_of(id.items[1]->text);
  storage->text = id.items[2]->text;
  storage->integer = id.items[4]->integer;
  return storage;
}

/// (storage, offset, sizes, strides, …)
Pickled* Unpickler::rebuild_tensor(const Pickled& arguments) {
  if (arguments.items.size() < 4 || arguments.items[0]->type != Pickled::Type::storage) damaged_pickle();
  const auto sizes = integers(*arguments.items[2]), strides = integers(*arguments.items[3]);
  const std::int64_t offset = arguments.items[1]->integer;
  const at::Tensor data = storage_data(*arguments.items[0]);
  constexpr std::size_t kMostDimensions = 64;  // LibTorch's own limit
  if (sizes.size() > kMostDimensions || extent(sizes, strides, offset) > data.numel()) damaged_pickle();
  // A tensor may be larger than its storage (expanded), and many may share one: whoever uses them has them all.
  std::uint64_t elements = 1;
  for (const std::int64_t size : sizes) elements *= static_cast<std::uint64_t>(size);  // `extent` looked for overflow
  limit_.charge(elements, data.element_size(), "a tensor of the shape [" + joined(sizes) + "]");
  limit_.charge(1, kTensorBytes, "its tensors");
  Pickled* result = make(Pickled::Type::tensor);
  result->tensor = data.as_strided(sizes, strides, offset);
  return result;
}

at::Tensor Unpickler::storage_data(const Pickled& storage) {
  if (storage.dtype == at::ScalarType::Undefined)
    throw Error("holds tensors of a type that cannot be read here", "save it with another dtype");
  at::Tensor& data = storages_[storage.text + " " + at::toString(storage.dtype)];
  if (data.defined()) return data;
  const std::size_t width = at::elementSize(storage.dtype);
  if (!archive_) {  // its bytes stand after the pickles
    if (storage.integer < 0 || static_cast<std::size_t>(storage.integer) > (rest_.size() - legacy_bytes_) / width)
      damaged_pickle();
    legacy_bytes_ += static_cast<std::size_t>(storage.integer) * width;
    return data = at::empty({storage.integer}, at::TensorOptions(storage.dtype));
  }
  const std::string_view bytes = archive_->at("data/" + storage.text);
  if (storage.integer < 0 || bytes.size() % width || bytes.size() / width != static_cast<std::size_t>(storage.integer))
    damaged_pickle();
  limit_.charge(bytes.size(), 1, "a storage");
  data = at::empty({storage.integer}, at::TensorOptions(storage.dtype));
  if (!bytes.empty()) std::memcpy(data.data_ptr(), bytes.data(), bytes.size());
  return data;
}

}  // namespace byolab
