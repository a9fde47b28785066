#pragma once

#include "boundary/search.hpp"
#include "config/experiment.hpp"
#include "train/listener.hpp"

namespace byolab {

/// What to do about an earlier run: `resume` insists on one, `go_on` begins the run if there is none.
enum class Existing { refuse, resume, go_on, replace };

struct RunRequest {
  Experiment experiment;
  const PluginCatalogue& catalogue;
  std::string source;        ///< the TOML as written, for the record
  std::string command_line;  ///< likewise
  Existing existing = Existing::refuse;
  std::filesystem::path folder{};   ///< of the run; empty: `run_folder`
  std::filesystem::path profile{};  ///< where a trace of a few steps goes; empty: none
  std::filesystem::path origin{};   ///< the experiment's file, whose commit is recorded; empty: the current folder
};

/// A run's folder: `<output>/<name>-<first 8 digits of the identity>`.
BYOLAB_API std::filesystem::path run_folder(const Experiment& experiment);

/// Trains, evaluates, records and checkpoints one experiment. Returns how it ended (finished, stopped by a
/// signal, diverged). Throws Error if it failed; by then the record says so too.
BYOLAB_API RunResult train(const RunRequest& request, Listener& observer);

}  // namespace byolab
