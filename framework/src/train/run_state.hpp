#pragma once

#include "checkpoint/checkpoint.hpp"
#include "record/history.hpp"
#include "record/run_record.hpp"
#include "train/evaluation.hpp"
#include "train/model.hpp"
#include "train/observers.hpp"

namespace byolab {

/// Where a run stands, beside its networks.
struct Position {
  std::int64_t step = 0;            ///< optimizer steps done
  double seconds = 0;               ///< of training so far, over all of its starts
  std::string started;              ///< ISO 8601
  std::vector<PluginInfo> plugins;  ///< that made it so far
};

/// All that the next step depends on: weights, optimizer and rule, the plugins' declared state, the position,
/// and the rows recorded so far. Data order and random numbers are functions of seed and step, so that the
/// position is all of theirs.
BYOLAB_API Checkpoint save_run(const Model& model, const Evaluation& evaluation, const Observers& observers,
                               const Position& position, const std::string& identity, const History& history);

/// Throws Error if the checkpoint is another run's: identity, missing or other-shaped entries. `added`: evaluators that
/// it does not know, which stay as they were made.
BYOLAB_API Position load_run(const Checkpoint& checkpoint, Model& model, const Evaluation& evaluation,
                             Observers& observers, const std::string& identity, const std::string& path,
                             const std::vector<std::string>& added = {});

/// The rows of a checkpoint in the order of `groups` and their columns; of a group that it does not know (an added
/// evaluator's), none; NaN in a column that it does not know (an added observer's). Throws Error if it has a column
/// that no plugin reports any more: its numbers would be lost.
BYOLAB_API History rows_for(const std::vector<GroupSpec>& groups, History rows);

}  // namespace byolab
