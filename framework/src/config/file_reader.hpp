#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/problems.hpp"

namespace byolab {

/// Reads TOML files with what they extend.
class FileReader {
 public:
  explicit FileReader(Problems& problems) : problems_(problems) {}
  /// One that has read what `other` has, and adds its problems elsewhere.
  FileReader(const FileReader& other, Problems& problems)
      : problems_(problems), failed_(other.failed_), files_(other.files_), texts_(other.texts_) {}

  /// A file merged over the files of its `extends` (a path or a list of them, later ones over earlier ones),
  /// relative to its own folder. Nothing if it cannot be read; `why` is the place that asked for it.
  std::optional<Value> read(const std::filesystem::path& file, const Place& why = {});

  /// In the order of reading, each once.
  const std::vector<std::filesystem::path>& files() const { return files_; }
  bool failed() const { return failed_; }
  /// The texts of all files, those that are extended first, each headed by its name if there are several.
  std::string source() const;

 private:
  std::optional<Value> extend(Value over, const std::filesystem::path& file);
  std::optional<Value> fail() {
    failed_ = true;
    return std::nullopt;
  }
  bool goes_in_circles(const std::filesystem::path& file, const Place& why);

  Problems& problems_;
  bool failed_ = false;
  std::vector<std::filesystem::path> files_;
  std::vector<std::filesystem::path> open_;                 ///< the chain that is being read, to see circles
  std::vector<std::pair<std::string, std::string>> texts_;  ///< name, text
};

}  // namespace byolab
