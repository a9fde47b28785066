#pragma once

#include <filesystem>

#include "record/layout.hpp"

namespace byolab::hdf5 {

/// One HDF5 file while it is written. All calls under `guard()`.
class RunFile {
 public:
  /// Makes the file at `path` with all rows of `history`, and renames it to `final_path`, from where on others may
  /// read it. On an Error nothing stays behind.
  RunFile(const std::filesystem::path& final_path, const RunInfo& info, const std::vector<GroupSpec>& groups,
          const History& history);
  /// Closes in order; a file that cannot be written any more is left as it stands.
  ~RunFile();

  /// Writes what `history` has beyond the rows that stand in the file. Throws Error: with `usable()` still true
  /// if there was no room and nothing was tried, else the file is in an unknown state.
  void write(const History& history);
  void set_status(const std::string& status, const std::string& reason, const std::string& ended);
  /// Closes; throws Error if what was buffered could not be written.
  void close();
  bool usable() const { return usable_; }
  std::size_t rows(std::size_t group) const { return written_[group]; }

 private:
  void create(const RunInfo& info, const std::vector<GroupSpec>& groups);
  void reserve(const History& history);
  void write_columns(const History& history);
  void write_scales(const History& history);
  void flush();
  void abandon() noexcept;

  std::filesystem::path path_;
  Id file_;
  std::vector<OpenGroup> groups_;
  std::vector<std::size_t> written_;
  int descriptor_ = -1;  ///< HDF5's own; never closed by us
  bool usable_ = true;
};

}  // namespace byolab::hdf5
