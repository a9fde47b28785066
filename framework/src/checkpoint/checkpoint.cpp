#include "checkpoint/checkpoint.hpp"

#include <ATen/core/Dict.h>
#include <ATen/core/ivalue.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/pickler.h>

#include "checkpoint/pickle.hpp"
#include "checkpoint/safetensors.hpp"
#include "checkpoint/weights_in.hpp"
#include "record/disk.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr const char* kAdvice =
    "use another checkpoint of the run, or start it anew with --replace (checkpoints are written whole or not at all: "
    "look for a "
    "disk or a copy that went wrong)";

constexpr const char* kWeightsAdvice =
    "name a run's folder, its checkpoint.pt, a file that torch.save(model.state_dict(), path) wrote, or a safetensors "
    "file";

/// Dense and on the CPU, its strides kept where they leave no gaps, so that it comes back with the same layout;
/// and with no more storage behind it than it needs, since the whole storage is written.
at::Tensor writable(const std::string& name, const at::Tensor& tensor) {
  if (!tensor.defined()) throw Error("the checkpoint's tensor '" + name + "' is undefined");
  const at::Tensor value = tensor.detach().to(at::kCPU);
  if (!value.is_non_overlapping_and_dense()) return value.contiguous();
  return value.storage().nbytes() == value.nbytes() && value.storage_offset() == 0 ? value : value.clone();
}

template <class Value, class Convert>
c10::IValue dictionary(const std::map<std::string, Value>& values, const c10::TypePtr& type, Convert convert) {
  c10::impl::GenericDict dict(c10::StringType::get(), type);
  for (const auto& [name, value] : values) dict.insert(name, convert(name, value));
  return dict;
}

c10::IValue contents(const Checkpoint& checkpoint) {
  const auto same = [](const std::string&, const auto& value) { return value; };
  c10::impl::GenericDict dict(c10::StringType::get(), c10::AnyType::get());
  dict.insert("byolab_checkpoint", kFormat);
  dict.insert("tensors", dictionary(checkpoint.tensors, c10::TensorType::get(), writable));
  dict.insert("integers", dictionary(checkpoint.integers, c10::IntType::get(), same));
  dict.insert("numbers", dictionary(checkpoint.numbers, c10::FloatType::get(), same));
  dict.insert("texts", dictionary(checkpoint.texts, c10::StringType::get(), same));
  return dict;
}

/// A zip as torch.save makes it. torch::pickle_save is not used: it marks dictionaries with their types by a call
/// that Python's weights_only reader refuses.
std::string archive(const c10::IValue& value) {
  std::string pickle, bytes;
  torch::jit::Pickler pickler([&](const char* data, std::size_t size) { pickle.append(data, size); }, nullptr, nullptr,
                              nullptr, nullptr, /*tag_aggregates=*/false);
  pickler.protocol();
  pickler.pushIValue(value);
  pickler.stop();
  // Room first: the writer's destructor aborts the program if a write failed, and memory is what could be missing.
  std::size_t room = pickle.size() + 4096;
  for (const at::Tensor& tensor : pickler.tensorData()) room += tensor.storage().nbytes() + 512;
  bytes.reserve(room);
  caffe2::serialize::PyTorchStreamWriter writer([&](const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
    return size;
  });
  writer.writeRecord("data.pkl", pickle.data(), pickle.size());
  writer.writeRecord("byteorder", "little", 6);
  std::size_t index = 0;
  for (const at::Tensor& tensor : pickler.tensorData())
    writer.writeRecord("data/" + std::to_string(index++), tensor.storage().data(), tensor.storage().nbytes());
  writer.writeEndOfFile();
  return bytes;
}

std::string digest_comment(std::string_view covered) {
  return "byolab checkpoint 1\nsha256 " + hex(sha256({covered})) + "\n";
}

bool is_checkpoint(std::string_view bytes, std::size_t end) {
  return bytes.substr(end).substr(0, 18) == "byolab checkpoint ";
}

void check_digest(std::string_view bytes) {
  const std::size_t end = zip_comment_begin(bytes);
  if (!is_checkpoint(bytes, end)) throw Error("not a checkpoint of byolab");
  if (const std::string_view version = bytes.substr(end).substr(18, 2); version != "1\n")
    throw Error("a checkpoint of another format than the one that this program reads (1)",
                "use the byolab that wrote it, or a newer one");
  if (bytes.substr(end) != digest_comment(bytes.substr(0, end))) throw Error("damaged: its SHA-256 does not match");
}

void check_format(const Pickled& root) {
  const Pickled* format = root.find("byolab_checkpoint");
  if (!format || format->type != Pickled::Type::integer) throw Error("a checkpoint that does not say its format");
  if (format->integer == kFormat) return;
  throw Error("a checkpoint of the format " + std::to_string(format->integer) + ", and this program reads " +
                  std::to_string(kFormat),
              format->integer > kFormat ? "use the byolab that wrote it, or a newer one" : kAdvice);
}

const Pickled& part(const Pickled& root, const char* name) {
  const Pickled* value = root.find(name);
  if (!value || value->type != Pickled::Type::dict)
    throw Error(std::string("a checkpoint without its table '") + name + "'");
  return *value;
}

template <class Value>
void fill(std::map<std::string, Value>& values, const Pickled& dict, Pickled::Type type, Value Pickled::*member) {
  for (const auto& [name, value] : dict.pairs)
    if (name->type == Pickled::Type::text && value->type == type) values[name->text] = value->*member;
}

/// Of a checkpoint nothing may be left out, as things are in the state_dicts of others.
template <class Value>
void fill_all(std::map<std::string, Value>& values, const Pickled& root, const char* name, Pickled::Type type,
              Value Pickled::*member) {
  const Pickled& dict = part(root, name);
  for (const auto& [key, value] : dict.pairs)
    if (key->type != Pickled::Type::text || value->type != type)
      throw Error("its table '" + std::string(name) + "' has an entry of another type: '" + printable(key->text) + "'");
  fill(values, dict, type, member);
}

SavedWeights whole(std::map<std::string, at::Tensor> tensors) { return {std::move(tensors), {}, {}}; }

SavedWeights named(SavedWeights weights) {
  if (weights.tensors.empty())
    throw Error("holds no named tensors", "save weights with torch.save(model.state_dict(), path)");
  return weights;
}

/// Turns whatever LibTorch or the standard library throws into an Error that names the file.
template <class Function>
auto reading(const std::filesystem::path& path, const char* advice, Function&& function) {
  return with_path(path, [&] {
    try {
      return function();
    } catch (const Error& error) {
      throw Error(std::string("cannot be read: ") + error.what(), error.hint().empty() ? advice : error.hint());
    } catch (const std::exception& error) {
      throw Error("cannot be read: " + first_line(error.what()), advice);
    }
  });
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  with_path(path, [&] {
    std::string bytes = archive(contents(checkpoint));
    const std::size_t length = digest_comment({}).size();  // the digest covers the length, so that stands first
    set_zip_comment_length(bytes, static_cast<std::uint16_t>(length));
    bytes += digest_comment(bytes);
    write_atomically(path, bytes.data(), bytes.size());
  });
}

std::string state_dict_bytes(const std::map<std::string, at::Tensor>& tensors) {
  return archive(dictionary(tensors, c10::TensorType::get(), writable));
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  return reading(path, kAdvice, [&] {
    const std::string bytes = read_file(path);
    check_digest(bytes);
    const ZipArchive archive(bytes);
    Unpickler reader(archive, bytes.size());
    const Pickled& root = reader.read();
    check_format(root);
    Checkpoint checkpoint;
    fill_all(checkpoint.tensors, root, "tensors", Pickled::Type::tensor, &Pickled::tensor);
    fill_all(checkpoint.integers, root, "integers", Pickled::Type::integer, &Pickled::integer);
    fill_all(checkpoint.numbers, root, "numbers", Pickled::Type::number, &Pickled::number);
    fill_all(checkpoint.texts, root, "texts", Pickled::Type::text, &Pickled::text);
    return checkpoint;
  });
}

std::map<std::string, at::Tensor> read_weights(const std::filesystem::path& path) {
  return read_saved_weights(path).tensors;
}

SavedWeights read_saved_weights(const std::filesystem::path& path) {
  return reading(path, kWeightsAdvice, [&] {
    const std::string bytes = read_file(path);
    if (is_safetensors(bytes)) return named(whole(read_safetensors(bytes)));
    if (Unpickler::is_legacy(bytes)) {
      Unpickler reader{std::string_view(bytes)};
      return named(weights_in(reader.read()));
    }
    if (is_checkpoint(bytes, zip_comment_begin(bytes))) check_digest(bytes);
    const ZipArchive archive(bytes);
    Unpickler reader(archive, bytes.size());
    return named(weights_in(reader.read()));
  });
}

}  // namespace byolab
