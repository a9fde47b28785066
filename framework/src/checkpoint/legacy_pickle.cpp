#include <cstring>

#include "checkpoint/pickle.hpp"

// torch.save's format before PyTorch 1.6, which `_use_new_zipfile_serialization=False` still writes: a magic number, a
// version, facts about the machine, the object, the keys of its storages, each a pickle of its own; then the storages,
// in the order of the keys, each a number of elements and their bytes (torch/serialization.py, _legacy_save).
namespace byolab {
namespace {

/// A pickle of 0x1950a86a20f9469cfc6c, in protocol 2.
constexpr std::string_view kMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
constexpr std::int64_t kVersion = 1001;

}  // namespace

bool Unpickler::is_legacy(std::string_view bytes) { return bytes.starts_with(kMagic); }

const Pickled& Unpickler::read_legacy() {
  take(kMagic.size());
  if (read_pickle().integer != kVersion) throw Error("of a version of torch.save that is not known here");
  const Pickled* little = read_pickle().find("little_endian");
  if (!little || little->integer == 0)
    throw Error("written on a big-endian machine", "save it again on this kind of machine");
  const Pickled& object = read_pickle();
  fill_legacy_storages(read_pickle());
  return object;
}

void Unpickler::fill_legacy_storages(const Pickled& keys) {
  if (keys.items.size() != storages_.size()) throw Error("damaged: it has not the storages that its tensors use");
  for (const Pickled* key : keys.items) {
    const std::string begin = key->text + " ";
    const auto storage = storages_.lower_bound(begin);
    if (storage == storages_.end() || !storage->first.starts_with(begin))
      throw Error("damaged: it has not the storages that its tensors use");
    const auto elements = static_cast<std::int64_t>(take_number(8));
    if (elements != storage->second.numel()) throw Error("damaged: a storage is not as long as its tensors say");
    const std::string_view bytes = take(storage->second.nbytes());
    if (!bytes.empty()) std::memcpy(storage->second.mutable_data_ptr(), bytes.data(), bytes.size());
  }
}

}  // namespace byolab
