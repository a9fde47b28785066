#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "record/hdf5.hpp"
#include "support/array.hpp"
#include "support/read_limit.hpp"

namespace byolab::hdf5 {

/// A row of a table: the text of each column. Numbers as digits.
using TableRow = std::map<std::string, std::string>;

/// Reads a file that anybody may have changed or damaged: no size, type, shape or link of it is believed. Only links
/// within the file are followed, only data within it are read, and no more than the file's size lets expect.
/// All paths begin at the root: "config/source". All functions throw Error, which names the object.
class Reader {
 public:
  Reader(const std::filesystem::path& path, Id file);

  bool has(const std::string& path) const;
  bool is_group(const std::string& path) const;
  /// Names of a group's members, in the order in which they were made where that is known. Links that lead elsewhere
  /// (soft, external) are left out.
  std::vector<std::string> members(const std::string& group) const;
  /// Where an object stands in the file: two names with one address are one object.
  haddr_t address(const std::string& path) const;
  Id dataset(const std::string& path) const;

  /// An attribute that is one text or number, as text.
  std::string attribute(const std::string& object, const std::string& name) const;
  std::int64_t integer_attribute(const std::string& object, const std::string& name) const;
  /// "" if there is none, or it is neither text nor number.
  std::string attribute_if_there(const std::string& object, const std::string& name) const;
  std::map<std::string, std::string> attributes(const std::string& object) const;

  std::string text(const std::string& path) const;                ///< of a dataset that is one text
  std::vector<std::string> texts(const std::string& path) const;  ///< of a list of texts
  hsize_t length(const std::string& path) const;                  ///< of a list
  /// Rows [begin, begin + count) of a list of numbers. T: float, std::int64_t.
  template <class T>
  std::vector<T> rows(const std::string& path, hsize_t begin, hsize_t count) const;
  /// Numbers in `rank` dimensions. T: float, std::int64_t, std::uint8_t.
  template <class T>
  Array<T> array(const std::string& path, std::size_t rank) const;
  /// The rows of a table; of the columns those that are wanted, or all.
  std::vector<TableRow> table(const std::string& path, const std::vector<std::string>& wanted = {}) const;

  /// Throws Error unless the file has this schema. `what`: "the record of a run".
  void insist_on_schema(const char* attribute, std::int64_t schema, const std::string& what) const;
  Id& file() { return file_; }

 private:
  Id object(const std::string& path) const;
  std::vector<hsize_t> shape(const std::string& path, hid_t dataset, std::size_t rank) const;
  std::string attribute_text(hid_t object, const std::string& name, bool& readable) const;

  Id file_;
  mutable ReadLimit limit_;
};

/// Opens a file that nobody writes.
Reader open_closed(const std::filesystem::path& path);

}  // namespace byolab::hdf5
