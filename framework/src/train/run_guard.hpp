#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "guard/crash_report.hpp"
#include "guard/watchdog.hpp"
#include "record/run_record.hpp"

namespace byolab {

/// Ends a run that no exception can end: a plugin that does not come back, in training, in a constructor or in a
/// destructor, or that calls exit(). The record, if there is one by then, ends as failed with all that was logged.
class RunGuard {
 public:
  /// `watchdog`: [run] watchdog, seconds that a call may take; 0: any time.
  explicit RunGuard(double watchdog);
  ~RunGuard();

  /// From now on there is a record.
  void protect(RunRecord& record, const std::filesystem::path& folder);
  /// From now on there is none to be ended.
  void release();
  /// Held while the record is written.
  std::mutex& recording() { return recording_; }

 private:
  void end_hung(const std::string& call);
  void fail(const std::string& reason) noexcept;

  double seconds_;
  std::mutex recording_;
  RunRecord* record_ = nullptr;  ///< guarded by the mutex, as the folder is
  std::filesystem::path folder_;
  std::unique_ptr<ExitWatch> exits_;
  Watchdog watchdog_;  // last: its thread uses the others
};

}  // namespace byolab
