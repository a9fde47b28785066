#pragma once

#include <CLI/CLI.hpp>

#include "report/comparison.hpp"

namespace byolab {

/// Which runs a command looks at, and how it sorts and compares them.
struct RunSelection {
  std::vector<std::filesystem::path> runs;
  std::vector<std::string> by, metrics;
  std::string baseline;

  void add_to(CLI::App& command);
};

/// What a selection comes to: defaults filled in.
struct SelectedRuns {
  std::string title;  ///< the sweep's name, if one sweep is all that is selected
  std::vector<RecordedRun> trials;
  Arms arms;
  std::vector<std::string> metrics;
  std::string baseline;              ///< empty: nothing is compared with anything
  std::vector<std::string> remarks;  ///< what the user should know: runs left out, and why
};

/// What a sweep is told of if its trials' records are gone.
enum class WithoutRecords { nothing, last_metrics };

/// Throws Error if there is nothing to look at.
SelectedRuns select_runs(const RunSelection& selection, WithoutRecords without = WithoutRecords::nothing);

}  // namespace byolab
