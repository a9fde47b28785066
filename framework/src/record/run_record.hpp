#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>

#include "byolab/error.hpp"
#include "record/history.hpp"

namespace byolab {

/// A plugin that took part in a run, as the record's table `/plugins` shows it.
struct PluginInfo {
  std::string kind, name, version;
  std::string library;         ///< path of the file
  std::string sha256;          ///< of the file's mapped contents, hexadecimal
  std::string identity;        ///< what it was built with, `key=value` lines
  std::int64_t from_step = 0;  ///< optimizer steps done before it: more than 0 where a resumed run has another build
};

/// What a run is: written once, before its first row.
struct RunInfo {
  std::string run_id, name;
  std::string source_toml;    ///< as the user wrote it
  std::string resolved_toml;  ///< nothing left implicit
  std::string command_line;
  std::uint64_t seed = 0;
  std::vector<std::pair<std::string, std::string>> environment;  ///< attributes of `/environment`
  std::vector<PluginInfo> plugins;
  std::string started;  ///< ISO 8601; empty: now
};

enum class RunStatus { running, finished, failed, stopped, collapsed, diverged };
BYOLAB_API const char* name_of(RunStatus status);

/// The file `run.h5` of a run, readable while it grows (HDF5's SWMR). docs/results.md lists every field.
///
/// Belongs to one thread, and to the one process that holds the folder's RunLock. Rows wait in memory and are
/// written in blocks; they reach the file within `flush_interval`. A write that fails (disk full) loses nothing:
/// the rows stay in memory and the next flush tries again; meanwhile `trouble()` says what is wrong.
class BYOLAB_API RunRecord {
 public:
  /// Makes the file beside `path`, with the rows of `history` (a resumed run's; {} for a new one), and renames
  /// it over `path` when it is complete. Groups and columns of `history` must be those of `groups`.
  /// Throws Error naming the path: folder missing, no space, no permission; then `path` is as it was.
  RunRecord(std::filesystem::path path, const RunInfo& info, std::vector<GroupSpec> groups, const History& history = {},
            std::chrono::milliseconds flush_interval = std::chrono::seconds(2));
  /// Of a run that ended before: nothing is written, `path` stays as it is, nothing may be appended.
  static RunRecord of_ended(std::filesystem::path path, std::vector<GroupSpec> groups, const History& history);
  /// Flushes and closes; a run that was not finished keeps the status "running".
  ~RunRecord();
  RunRecord(RunRecord&&) noexcept;
  RunRecord(const RunRecord&) = delete;
  RunRecord& operator=(const RunRecord&) = delete;

  /// Adds a row to a group: one value for each of its columns, in order; NaN where there is none. Steps grow.
  /// Costs well under a microsecond for 50 values; writes only if the last flush is `flush_interval` ago.
  /// Throws Error for an unknown group or a wrong number of values, never because of the disk.
  void append(const std::string& group, std::int64_t step, std::span<const double> values);
  /// Writes all rows that wait. False if that failed: see `trouble()`.
  bool flush();
  /// Empty, or why rows are waiting in memory: "out/run.h5: cannot write: No space left on device; 120 rows
  /// wait in memory".
  const std::string& trouble() const;
  /// Flushes, sets status, reason and end, and closes the file. Throws Error if rows could not be written; the
  /// file then says status "failed", with the reason. Nothing may be appended afterwards.
  void finish(RunStatus status, const std::string& reason = {});

  /// All rows so far, written or not: what a checkpoint keeps (checkpoint_parts.hpp has the conversion).
  const History& history() const;
  const std::filesystem::path& path() const;

 private:
  class Impl;
  explicit RunRecord(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace byolab
