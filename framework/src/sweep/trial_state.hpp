#pragma once

#include "record/run_summary.hpp"
#include "sweep/plan.hpp"

namespace byolab {

/// waiting: nothing there yet. lost: its process died without a word. The last four are results.
enum class TrialStatus { waiting, running, stopped, lost, failed, done, collapsed, diverged };

/// "waiting", "running", …
BYOLAB_API const char* name_of(TrialStatus status);
/// Whether nothing is left to do: done, collapsed or diverged.
inline bool is_result(TrialStatus status) { return status >= TrialStatus::done; }
/// Whether its last numbers are the network's that it ended with: a diverged one was never evaluated.
inline bool has_numbers(TrialStatus status) { return status == TrialStatus::done || status == TrialStatus::collapsed; }

/// How a trial stands. Nothing else is kept on disk than what the run itself writes, and `tries.txt`.
struct TrialState {
  TrialStatus status = TrialStatus::waiting;
  std::string reason;             ///< of a failure or a stop
  std::int64_t tries = 0;         ///< how often it was started
  std::optional<RunSummary> run;  ///< what its record says; nothing if there is none
  std::string writer;             ///< "process 4711 on node7" while it is running
};

/// Looks into a trial's folder. Never throws: what cannot be read is a trial that is lost.
BYOLAB_API TrialState look_at(const Trial& trial);

/// Whether a trial can go on from what its folder holds; false: its checkpoint cannot be read.
BYOLAB_API bool can_resume(const Trial& trial);

/// Makes the trial's folder, with its experiment's TOML. Throws Error.
BYOLAB_API void prepare(const Trial& trial);
/// Notes in `tries.txt` that the trial is started by this process. Throws Error.
BYOLAB_API void note_start(const Trial& trial);
/// Notes that the newest try failed, and why: for what the record cannot say, since its process is dead.
BYOLAB_API void note_failure(const Trial& trial, const std::string& reason);

/// Digest of the libraries that a run used; runs with equal ones were made by the same code.
BYOLAB_API std::string plugins_digest(const std::vector<PluginInfo>& plugins);
/// Plugins whose library is another now than when the run was made: "target_update ema".
BYOLAB_API std::vector<std::string> changed_plugins(const RunSummary& run, const Plan& plan);

}  // namespace byolab
