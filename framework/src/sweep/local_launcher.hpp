#pragma once

#include "sweep/board.hpp"

namespace byolab {

/// How a sweep is to be run.
struct LaunchOptions {
  int jobs = 0;  ///< trials at a time; 0: as many as the cores hold
  int nice = 5;
  int tries = 3;  ///< how often a trial whose process dies is started in one session
  bool retry_failed = false, retry_changed = false;
  double time_limit = 0;               ///< seconds for one trial; 0: none
  std::filesystem::path program;       ///< `byolab`
  std::vector<std::string> run_words;  ///< for each `byolab run`: --plugin-path, --origin and the like
};

/// How many trials run at a time by default: one a core if each has one thread, which is faster than fewer with
/// more threads (docs/sweeps.md has the measurement).
BYOLAB_API int default_jobs(int threads);

/// The command that runs a trial in its folder. `replace`: moves what is there aside.
BYOLAB_API std::vector<std::string> trial_command(const Trial& trial, const LaunchOptions& options, bool replace);

enum class SweepEnd { complete, failures, stopped };

/// Runs what is not done yet, each trial in a process of its own, as many at a time as there is room for. Ctrl-C
/// (SIGINT, SIGTERM) once: trials write a checkpoint and stop; twice: they are killed. Returns how it ended.
BYOLAB_API SweepEnd run_here(Board& board, const LaunchOptions& options, SweepObserver& observer);

}  // namespace byolab
