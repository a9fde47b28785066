#pragma once

#include <optional>

#include "train/batch_keeper.hpp"
#include "train/evaluation.hpp"
#include "train/kept_checkpoints.hpp"
#include "train/near_run.hpp"
#include "train/resume.hpp"
#include "train/run_folder.hpp"
#include "train/run_guard.hpp"
#include "train/run_state.hpp"
#include "train/snapshots.hpp"
#include "train/step_profile.hpp"
#include "train/stop_signal.hpp"
#include "train/train_metrics.hpp"
#include "train/trainer.hpp"

namespace byolab {

/// All that a run has before its first step: data, networks, folder and record, and where it stands.
class RunSetup {
 protected:
  RunSetup(const RunRequest& request, Listener& observer);
  ~RunSetup();
  RunSetup(const RunSetup&) = delete;
  RunSetup& operator=(const RunSetup&) = delete;

  Step step_at(std::int64_t index) const;

  const StopSignal signals_;  // from the beginning: reading data and the first evaluation take time too
  Experiment experiment_;
  RunGuard guard_;
  StepProfile profile_;          // before the folder: whether its file can be written is known by now
  std::optional<NearRun> near_;  ///< of a run that is to be resumed, before its data are known
  Compute compute_;
  const PluginCatalogue& catalogue_;
  RunData data_;
  Resumed resumed_;
  std::optional<RunFolder> folder_;
  std::optional<KeptCheckpoints> kept_;
  std::optional<Model> model_;
  std::optional<Observers> observers_;
  std::optional<Evaluation> evaluation_;
  std::optional<SnapshotKeeper> keeper_;
  std::optional<BatchKeeper> batches_;
  std::optional<TrainMetrics> metrics_;
  std::optional<RunRecord> record_;
  Step plan_;
  Position position_;

 private:
  Compute settle_run(const RunRequest& request, Listener& observer);
  void plan_steps();
  void find_folder(const RunRequest& request, const Circumstances& circumstances);
  void note_data(Listener& observer);
  void open_record(const RunRequest& request, const Circumstances& circumstances, Listener& observer);
  History restore(Existing existing, Listener& observer);
  History continue_other(Listener& observer);
  void tell_other_builds(Listener& observer) const;
  void note_choice(Listener& observer) const;
  void keep_embeddings(Listener& observer);
  std::vector<GroupSpec> groups() const;

  std::vector<std::string> data_notes_;
};

}  // namespace byolab
