#pragma once

#include <filesystem>
#include <limits>
#include <set>

#include "config/experiment.hpp"
#include "train/listener.hpp"

namespace byolab {

/// What [checkpoint] `keep` and `best` keep beside checkpoint.pt, which is always the newest: checkpoint-STEP.pt and
/// checkpoint-best.pt, in the same folder. They are further names of the same file where the file system has those.
class BYOLAB_API KeptCheckpoints {
 public:
  /// `groups` are those of the evaluators. Throws Error if `best` names a metric that none of them gives.
  KeptCheckpoints(const CheckpointOptions& options, std::filesystem::path newest, const std::vector<GroupSpec>& groups);

  /// What a resumed run found before: the best so far, and what a kill came before.
  void take_up(const History& history, std::int64_t step, Listener& observer);
  /// Whether an evaluation found the best so far, so that a checkpoint is due. The untrained network is left out.
  bool is_best(const std::vector<EvaluationReport>& reports);
  /// After checkpoint.pt was written at `step`: gives it its other names, and deletes those that are no longer kept.
  void keep(std::int64_t step);

 private:
  bool offer(std::int64_t step, double value);

  CheckpointOptions options_;
  std::filesystem::path newest_;
  std::string evaluator_, metric_;
  double best_ = std::numeric_limits<double>::quiet_NaN();
  std::int64_t best_step_ = 0;  ///< 0: none yet
};

/// checkpoint-STEP.pt in a run's folder, by their steps.
BYOLAB_API std::set<std::int64_t> kept_steps(const std::filesystem::path& folder);
/// The file's name for a step.
BYOLAB_API std::string kept_name(std::int64_t step);
/// A second name for a file, at once; a copy where the file system has no links. Throws Error.
void link_or_copy(const std::filesystem::path& file, const std::filesystem::path& name);

}  // namespace byolab
