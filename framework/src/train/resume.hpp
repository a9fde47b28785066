#pragma once

#include "boundary/search.hpp"
#include "train/compute.hpp"
#include "train/listener.hpp"
#include "train/near_run.hpp"

namespace byolab {

/// What `--resume` goes on with.
struct Resumed {
  std::filesystem::path folder;     ///< of the run
  std::filesystem::path from = {};  ///< folder of the run that it continues under an identity of its own; else empty
  std::string from_identity = {};
  std::vector<std::string> added = {};                                ///< evaluators that the continued run has not
  std::vector<std::pair<std::string, std::string>> environment = {};  ///< what the record says of that
};

/// What is to be resumed, beside what is known of it before its data are read.
struct ResumeQuestion {
  Experiment& experiment;  ///< with its identity; gets that of the run that is continued
  const PluginCatalogue& catalogue;
  const Circumstances& circumstances;
  std::int64_t steps;  ///< its whole length
};

/// `here`, but with what the machine settles by itself (threads, precision, order in memory, device) as the run that is
/// resumed has it; told if that differs. Throws Error if this machine cannot do it.
Compute as_recorded(Compute here, const RunOptions& run, const NearRun& near, Listener& observer);

/// Finds the run: this very one in its `folder`; else the nearest, if it is this one but for its length, which has
/// grown, or for evaluators that were added. Throws Error, naming the nearest and what differs, if there is nothing to
/// go on with.
Resumed find_resumed(const ResumeQuestion& asked, const std::filesystem::path& folder, bool own_folder,
                     const std::optional<NearRun>& near);

}  // namespace byolab
