#pragma once

#include <unordered_map>

#include "contents.hpp"

namespace images {

/// What is known of a split's files from earlier starts: a file of the user's cache ($XDG_CACHE_HOME/byolab/contents,
/// or ~/.cache), one for each split. A damaged file counts as none.
class KeptContents {
 public:
  explicit KeptContents(const std::filesystem::path& split);

  /// False if nothing is known of a file with just this stamp.
  bool find(const Stamp& stamp, Contents& contents) const;
  /// For the next start.
  void add(const Stamp& stamp, const Contents& contents);
  /// Keeps what was added, and that alone. "", or why it could not be kept.
  std::string write() const;

 private:
  struct Row {
    Stamp stamp;
    Digest digest;
    std::uint64_t deep, further, turned;
  };
  void read();

  std::filesystem::path file_;
  std::unordered_map<std::uint64_t, Row> known_;  ///< by inode: a split seldom spans devices
  std::vector<Row> next_;
};

}  // namespace images
