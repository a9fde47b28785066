#include "checkpoint/pickle.hpp"

#include <bit>

namespace byolab {
namespace {

/// Opcodes of Python's pickle format, protocols 2 to 4 (documented in Python's pickletools.py).
enum Opcode : unsigned char {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kNone = 'N',
  kTrue = 0x88,
  kFalse = 0x89,
  kInt4 = 'J',
  kInt1 = 'K',
  kInt2 = 'M',
  kLong1 = 0x8a,
  kFloat = 'G',
  kText4 = 'X',
  kText1 = 0x8c,
  kBytes1 = 'C',
  kBytes4 = 'B',
  kString1 = 'U',
  kString4 = 'T',
  kEmptyTuple = ')',
  kTuple = 't',
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kEmptyList = ']',
  kAppend = 'a',
  kAppends = 'e',
  kEmptyDict = '}',
  kSetItem = 's',
  kSetItems = 'u',
  kGlobal = 'c',
  kStackGlobal = 0x93,
  kReduce = 'R',
  kNewObject = 0x81,
  kBuild = 'b',
  kPersistent = 'Q',
  kPut1 = 'q',
  kPut4 = 'r',
  kGet1 = 'h',
  kGet4 = 'j',
  kMemoize = 0x94,
  kProtocol = 0x80,
  kFrame = 0x95,
};

}  // namespace

[[noreturn]] void damaged_pickle() { throw Error("damaged: its pickle cannot be read"); }

const Pickled* Pickled::find(std::string_view key) const {
  for (const auto& [name, value] : pairs)
    if (name->type == Type::text && name->text == key) return value;
  return nullptr;
}

const Pickled& Unpickler::read() {
  if (!archive_) return read_legacy();
  rest_ = archive_->at("data.pkl");
  if (archive_->has("byteorder") && archive_->at("byteorder") != "little")
    throw Error("written on a big-endian machine", "save it again on this kind of machine");
  return read_pickle();
}

const Pickled& Unpickler::read_pickle() {
  stack_.clear(), marks_.clear(), memo_.clear();
  for (;;) {
    const auto opcode = static_cast<unsigned char>(take_number(1));
    if (opcode == kStop) return *pop();
    run(opcode);
  }
}

void Unpickler::run(unsigned char opcode) {
  if (run_scalar(opcode) || run_container(opcode) || run_memo(opcode)) return;
  switch (opcode) {
    case kProtocol:
      take(1);
      break;
    case kFrame:
      take(8);
      break;
    case kMark:
      marks_.push_back(stack_.size());
      break;
    case kPop:
      pop();
      break;
    case kGlobal:
      global();
      break;
    case kStackGlobal: {
      const std::string name = pop()->text, module = pop()->text;
      push(make(Pickled::Type::global));
      top()->text = module + " " + name;
      break;
    }
    case kReduce:
      reduce();
      break;
    case kNewObject:
      pop(), pop(), push(make(Pickled::Type::other));
      break;
    case kBuild:
      pop();
      break;  // attributes of an object: a state_dict's version numbers
    case kPersistent:
      push(storage(*pop()));
      break;
    default:
      throw Error("holds Python objects that cannot be read here", "save a state_dict: names and tensors alone");
  }
}

bool Unpickler::run_scalar(unsigned char opcode) {
  switch (opcode) {
    case kNone:
      push(make(Pickled::Type::none));
      return true;
    case kTrue:
    case kFalse:
      push(make(Pickled::Type::boolean)), top()->integer = opcode == kTrue;
      return true;
    case kInt1:
      push_integer(static_cast<std::int64_t>(take_number(1)));
      return true;
    case kInt2:
      push_integer(static_cast<std::int64_t>(take_number(2)));
      return true;
    case kInt4:
      push_integer(static_cast<std::int32_t>(take_number(4)));
      return true;
    case kLong1: {
      const auto size = static_cast<std::size_t>(take_number(1));
      if (size > 8) damaged_pickle();
      std::uint64_t value = take_number(size);
      if (size > 0 && size < 8 && (value >> (8 * size - 1)) & 1) value |= ~std::uint64_t{0} << (8 * size);
      push_integer(static_cast<std::int64_t>(value));
      return true;
    }
    case kFloat: {
      std::uint64_t bits = 0;  // the one big-endian number of the format
      for (const char byte : take(8)) bits = bits << 8 | static_cast<unsigned char>(byte);
      push(make(Pickled::Type::number));
      top()->number = std::bit_cast<double>(bits);
      return true;
    }
    case kText1:
    case kBytes1:
    case kString1:
      push_text(take_number(1));
      return true;
    case kText4:
    case kBytes4:
    case kString4:
      push_text(take_number(4));
      return true;
    default:
      return false;
  }
}

bool Unpickler::run_container(unsigned char opcode) {
  switch (opcode) {
    case kEmptyTuple:
    case kEmptyList:
      push_list({});
      return true;
    case kEmptyDict:
      push(make(Pickled::Type::dict));
      return true;
    case kTuple:
      push_list(pop_to_mark());
      return true;
    case kTuple1:
    case kTuple2:
    case kTuple3: {
      std::vector<Pickled*> items(opcode - kTuple1 + 1u);
      for (auto item = items.rbegin(); item != items.rend(); ++item) *item = pop();
      push_list(std::move(items));
      return true;
    }
    case kAppend: {
      Pickled* item = pop();
      top()->items.push_back(item);
      return true;
    }
    case kAppends: {
      const auto items = pop_to_mark();
      top()->items.insert(top()->items.end(), items.begin(), items.end());
      return true;
    }
    case kSetItem: {
      Pickled* value = pop();
      add_pairs({pop(), value});
      return true;
    }
    case kSetItems:
      add_pairs(pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool Unpickler::run_memo(unsigned char opcode) {
  const auto get = [&](std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) damaged_pickle();
    push(found->second);
  };
  switch (opcode) {
    case kPut1:
      memo_[take_number(1)] = top();
      return true;
    case kPut4:
      memo_[take_number(4)] = top();
      return true;
    case kMemoize:
      memo_[memo_.size()] = top();
      return true;
    case kGet1:
      get(take_number(1));
      return true;
    case kGet4:
      get(take_number(4));
      return true;
    default:
      return false;
  }
}

Pickled* Unpickler::make(Pickled::Type type) {
  limit_.charge(1, sizeof(Pickled), "its pickle");
  all_.emplace_back().type = type;
  return &all_.back();
}

void Unpickler::push_text(std::size_t size) {
  push(make(Pickled::Type::text));
  top()->text = take(size);
}

void Unpickler::push_integer(std::int64_t value) {
  push(make(Pickled::Type::integer));
  top()->integer = value;
}

void Unpickler::push_list(std::vector<Pickled*> items) {
  push(make(Pickled::Type::list));
  top()->items = std::move(items);
}

Pickled* Unpickler::pop() {
  Pickled* item = top();
  stack_.pop_back();
  return item;
}

Pickled*& Unpickler::top() {
  if (stack_.empty() || (!marks_.empty() && stack_.size() <= marks_.back())) damaged_pickle();
  return stack_.back();
}

std::vector<Pickled*> Unpickler::pop_to_mark() {
  if (marks_.empty() || marks_.back() > stack_.size()) damaged_pickle();
  std::vector<Pickled*> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
  stack_.resize(marks_.back());
  marks_.pop_back();
  return items;
}

void Unpickler::add_pairs(const std::vector<Pickled*>& items) {
  if (items.size() % 2) damaged_pickle();
  for (std::size_t i = 0; i < items.size(); i += 2) top()->pairs.emplace_back(items[i], items[i + 1]);
}

void Unpickler::global() {
  const std::string module(take_line());
  push(make(Pickled::Type::global));
  top()->text = module + " " + std::string(take_line());
}

/// A call: the few functions that make containers and tensors are known; others are not called.
void Unpickler::reduce() {
  const Pickled* arguments = pop();
  const std::string function = pop()->text;
  if (function == "torch._utils _rebuild_tensor_v2" || function == "torch._utils _rebuild_tensor")
    push(rebuild_tensor(*arguments));
  else if (function == "torch._utils _rebuild_parameter" && !arguments->items.empty())
    push(arguments->items[0]);
  else
    push(make(function == "collections OrderedDict" ? Pickled::Type::dict : Pickled::Type::other));
}

std::string_view Unpickler::take(std::size_t size) {
  if (rest_.size() < size) damaged_pickle();
  const std::string_view piece = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return piece;
}

std::string_view Unpickler::take_line() {
  const auto end = rest_.find('\n');
  if (end == std::string_view::npos) damaged_pickle();
  const std::string_view line = take(end);
  take(1);
  return line;
}

std::uint64_t Unpickler::take_number(std::size_t bytes) {
  std::uint64_t value = 0;
  const std::string_view piece = take(bytes);
  for (std::size_t i = 0; i < bytes; ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(piece[i])) << (8 * i);
  return value;
}

}  // namespace byolab
