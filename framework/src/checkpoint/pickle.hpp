#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "checkpoint/zip.hpp"
#include "support/read_limit.hpp"

namespace byolab {

/// A thing that Python pickled.
struct Pickled {
  enum class Type {
    none,
    boolean,
    integer,
    number,
    text,
    list,
    dict,
    global,
    storage,
    tensor,
    other
  } type = Type::none;
  std::int64_t integer = 0;  ///< also of a boolean; of a storage, its elements
  double number = 0;
  std::string text;                                  ///< also a global's "module name", a storage's key
  at::ScalarType dtype = at::ScalarType::Undefined;  ///< of a storage
  std::vector<Pickled*> items;                       ///< of a list or tuple
  std::vector<std::pair<Pickled*, Pickled*>> pairs;  ///< of a dict
  at::Tensor tensor;

  /// The value of a dict's text key; null if there is none, or this is no dict.
  const Pickled* find(std::string_view key) const;
};

/// Throws Error: "damaged: its pickle cannot be read".
[[noreturn]] void damaged_pickle();

/// Reads what torch.save writes of plain containers and tensors. Runs nothing: whatever else was pickled becomes
/// `other`. It also serves where LibTorch's own reader does not: an OrderedDict with attributes (every state_dict)
/// is nothing to that, and bytes that are damaged may be anything. Every index and size is checked.
class Unpickler {
 public:
  /// `file_bytes`: the archive's size, from which follows how much memory its contents may take.
  Unpickler(const ZipArchive& archive, std::size_t file_bytes) : archive_(&archive), limit_(file_bytes) {}
  /// Of the format before PyTorch 1.6, which is no zip: pickles one after the other, then the storages.
  explicit Unpickler(std::string_view legacy) : limit_(legacy.size()), rest_(legacy) {}
  /// Whether bytes begin as a file of that older format does.
  static bool is_legacy(std::string_view bytes);
  /// The one object that was saved. Throws Error if it cannot be read. Lives as long as this reader.
  const Pickled& read();

 private:
  const Pickled& read_pickle();
  const Pickled& read_legacy();
  void fill_legacy_storages(const Pickled& keys);
  Pickled* make(Pickled::Type type);
  void run(unsigned char opcode);
  bool run_scalar(unsigned char opcode);
  bool run_container(unsigned char opcode);
  bool run_memo(unsigned char opcode);
  void push(Pickled* item) { stack_.push_back(item); }
  void push_text(std::size_t size);
  void push_integer(std::int64_t value);
  void push_list(std::vector<Pickled*> items);
  Pickled* pop();
  Pickled*& top();
  std::vector<Pickled*> pop_to_mark();
  void add_pairs(const std::vector<Pickled*>& items);
  void global();
  void reduce();
  Pickled* storage(const Pickled& id);
  Pickled* rebuild_tensor(const Pickled& arguments);
  at::Tensor storage_data(const Pickled& storage);

  std::string_view take(std::size_t size);
  std::string_view take_line();
  std::uint64_t take_number(std::size_t bytes);

  const ZipArchive* archive_ = nullptr;
  ReadLimit limit_;
  std::string_view rest_;
  std::deque<Pickled> all_;  ///< owns: containers may hold each other, and nest deeply
  std::vector<Pickled*> stack_;
  std::vector<std::size_t> marks_;
  std::map<std::uint64_t, Pickled*> memo_;
  std::map<std::string, at::Tensor> storages_;
  std::size_t legacy_bytes_ = 0;  ///< of the storages so far
};

}  // namespace byolab
