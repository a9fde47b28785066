#pragma once

#include <functional>

#include "byolab/evaluator.hpp"
#include "checkpoint/checkpoint.hpp"
#include "record/history.hpp"
#include "train/listener.hpp"
#include "train/model.hpp"
#include "train/run_data.hpp"

namespace byolab {

class SnapshotKeeper;

/// The evaluators of an experiment.
class BYOLAB_API Evaluation {
 public:
  Evaluation(const Experiment& experiment, const PluginCatalogue& catalogue, const Context& context);

  /// Throws Error if an evaluator has no images to look at, or asks for what data set or encoder do not give.
  void check(const RunData& data, const Model& model) const;
  /// The evaluator whose predictions snapshots keep, the first that makes some; "" if none does.
  std::string predictor() const;
  /// A group of the record for each evaluator: "metrics/<name>".
  std::vector<GroupSpec> groups() const;
  /// The state that evaluators declare (the best so far, say), "state/evaluate/<name>".
  void save(Checkpoint& checkpoint, std::int64_t step) const;
  /// `added`: those that the checkpoint does not know, which stay as they were made.
  void load(const Checkpoint& checkpoint, const std::vector<std::string>& added = {}) const;

  /// Which evaluators are to be run.
  using Wanted = std::function<bool(const EvaluateOptions&)>;
  static Wanted due_after(const Step& step);  ///< as their `every` says
  static Wanted all();
  /// Those that have no row of step `done` in a run's record so far.
  static Wanted without_row(const History& history, std::int64_t done);

  /// Runs those that are wanted after `done` steps. The networks are left as they were; an
  /// untrained network's BatchNorm statistics are first calibrated on [run] calibrate images, for the
  /// evaluation alone, since those of step 0 say nothing. `keeper`, if there is one, looks at the same moment.
  std::vector<EvaluationReport> run(const Model& model, RunData& data, const Compute& compute, std::int64_t done,
                                    const Step& step, const Wanted& wanted, SnapshotKeeper* keeper = nullptr) const;
  /// Only lets `keeper` look.
  void look(const Model& model, RunData& data, const Compute& compute, std::int64_t done, const Step& step,
            SnapshotKeeper& keeper) const;

 private:
  struct Item {
    EvaluateOptions options;
    Plugged<Evaluator> evaluator;
    Asks asks;
  };
  const Item* predicting() const;
  std::vector<NamedComponent> components() const;
  std::vector<EvaluationReport> run_items(const std::vector<const Item*>& items, const Model& model, RunData& data,
                                          const Compute& compute, std::int64_t done, const Step& step,
                                          SnapshotKeeper* keeper) const;

  const Experiment& experiment_;
  std::vector<Item> items_;
  StateNames state_names_;
};

}  // namespace byolab
