#pragma once

#include <optional>

#include "config/experiment.hpp"
#include "record/run_reader.hpp"

namespace byolab {

/// A run that is there, beside the experiment that somebody wants to go on with.
struct NearRun {
  std::filesystem::path folder;
  RunContents contents;
  std::vector<std::string> differing;     ///< "run.seed: 0 there, 1 here": keys that may change results
  std::vector<std::string> added;         ///< evaluators that it has not
  std::string length_there, length_here;  ///< "run.epochs = 2", if they are not the same

  bool too_long = false;  ///< longer than the experiment asks for

  bool same_name = true;
  bool same_keys() const { return same_name && differing.empty(); }
  /// An attribute of its `/environment`; "" if it has none of that name.
  std::string environment(const std::string& key) const;
  std::int64_t steps() const;  ///< its whole length
  std::string status() const;
};

/// Of the runs in `folder` (itself one, or with runs in it) the one that is the most like an experiment: first by its
/// name, then by the number of keys that differ; of equals the one in `like_here`'s circumstances, the longest, the
/// newest. Length and added evaluators count less than any key.
BYOLAB_API std::optional<NearRun> nearest_run(const Experiment& experiment, const std::filesystem::path& folder,
                                              const Circumstances& like_here);

}  // namespace byolab
