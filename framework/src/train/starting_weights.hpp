#pragma once

#include <filesystem>
#include <map>

#include "config/experiment.hpp"
#include "config/problems.hpp"

namespace torch::nn {
class Module;
}

namespace byolab {

/// `load = "…"`: another run's folder (its online network), one of our checkpoints, or a state_dict. Loads what it
/// holds of a part: "encoder" of "online" or "target". Nothing happens for "". Gives a line for each thing that a user
/// should know: what was chosen, renamed, ignored, converted, and which of the part's options were others in the run
/// that trained it. Throws Error naming the file, also where its numbers cannot be weights.
std::vector<std::string> load_part(torch::nn::Module& module, const std::string& from, const std::string& side,
                                   const std::string& part, const Experiment& experiment);

/// The weights of other runs from which an experiment's parts start.
class BYOLAB_API StartingWeights {
 public:
  /// Adds a problem, at its place in the document `root`, for each `load` that cannot be read.
  void check(const Experiment& experiment, const Value& root, Problems& problems);
  /// A line for each part that starts from other weights, with a hash of what it takes from the file; "" if none does.
  /// Throws Error as reading does.
  std::string digest(const Experiment& experiment);

 private:
  const std::string& digest_of(const std::string& from, const std::string& side, const std::string& part);

  std::map<std::string, std::string> known_;  ///< many experiments of a sweep start from the same
};

}  // namespace byolab
