#pragma once

#include <filesystem>
#include <string>

#include "byolab/abi.hpp"

namespace byolab {

/// Where the time of a few steps goes (LibTorch's profiler): a trace in the format that Perfetto and chrome://tracing
/// open, and a table of what each operator takes by itself. Steps are slower while they are looked at.
class BYOLAB_API StepProfile {
 public:
  /// Empty path: does nothing. Throws Error if the file cannot be written.
  explicit StepProfile(std::filesystem::path trace);
  ~StepProfile();
  StepProfile(const StepProfile&) = delete;
  StepProfile& operator=(const StepProfile&) = delete;

  /// Before each step of this start.
  void before_step();
  /// After each step; true once, when the last of the steps that are looked at is done.
  bool after_step();
  /// Ends what is going on, writes the trace, gives the table; or says that there were too few steps. Empty after that.
  /// Throws Error if the trace cannot be written.
  std::string finish();

 private:
  std::filesystem::path trace_;
  std::int64_t steps_ = 0;  ///< of this start, so far
  std::int64_t looked_at_ = 0;
  bool on_ = false;
};

}  // namespace byolab
