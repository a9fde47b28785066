#pragma once

#include "config/problems.hpp"

namespace byolab {

/// Reads the keys of a table of [sweep] or [[claim]], and reports what is wrong with them.
class TableReader {
 public:
  /// `text` names the table in messages: "[[sweep.axis]]". `table` must outlive the reader.
  TableReader(const Value& table, std::string text, Problems& problems);
  /// Reports keys that nobody asked for.
  void finish();

  const Value* find(const std::string& key);
  std::string text(const std::string& key);
  std::int64_t integer(const std::string& key, std::int64_t initial, std::int64_t least);
  double number(const std::string& key, double initial, double least);
  /// Null, and a problem if it is written and no list.
  const List* list(const std::string& key);
  /// The index of the word among those allowed; 0, and a problem if it is another one.
  std::size_t word(const std::string& key, const std::vector<std::string>& allowed);
  void report(const Place& place, std::string sentence, std::vector<std::string> hints = {});
  const Place& place() const { return table_.place; }
  const std::string& name() const { return text_; }

 private:
  const Value& table_;
  std::string text_;
  Problems& problems_;
  std::vector<std::string> known_;
};

}  // namespace byolab
