#include "train/trainer.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/isfinite.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/checkpoint_parts.hpp"
#include "kernels/parallel.hpp"
#include "train/collapse_stop.hpp"
#include "train/evaluation.hpp"
#include "train/kept_checkpoints.hpp"
#include "train/last_evaluations.hpp"
#include "train/provenance.hpp"
#include "train/rate_text.hpp"
#include "train/run_facts.hpp"
#include "train/run_folder.hpp"
#include "train/run_guard.hpp"
#include "train/run_state.hpp"
#include "train/snapshots.hpp"
#include "train/speed.hpp"
#include "train/starting_weights.hpp"
#include "train/step_profile.hpp"
#include "train/stop_signal.hpp"
#include "train/train_metrics.hpp"
#include "train/train_step.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

const std::vector<Series> kTimingColumns{{"data_wait", "time the training thread waited for batches", "s"},
                                         {"forward", "both networks and the loss", "s"},
                                         {"backward", "gradients", "s"},
                                         {"update", "optimizer and target rule", "s"},
                                         {"evaluate", "evaluators", "s"},
                                         {"log", "record and checkpoints", "s"}};

/// What an optimizer's last step has made of them shows in no later loss.
bool weights_finite(const Model& model) {
  const std::vector<at::Tensor> weights = model.online.tensors(Which::all);
  return std::all_of(weights.begin(), weights.end(),
                     [](const at::Tensor& weight) { return weight.isfinite().all().item<bool>(); });
}

/// Of the file itself, where FILE is a link to it.
fs::path folder_of_experiment(const RunRequest& request) {
  return request.origin.empty() ? fs::current_path() : fs::weakly_canonical(fs::absolute(request.origin)).parent_path();
}

/// One run, from its folder to its last row.
class Run {
 public:
  Run(const RunRequest& request, Observer& observer)
      : experiment_(request.experiment),
        guard_(experiment_.run.watchdog),
        observer_(observer),
        profile_(request.profile),
        compute_(settle_compute(experiment_.run)),
        catalogue_(request.catalogue),
        data_((set_threads(), RunData(experiment_, catalogue_, compute_))) {
    Circumstances circumstances = circumstances_of(compute_, data_.fingerprint());
    circumstances.weights = StartingWeights().digest(experiment_);
    identify(experiment_, circumstances);
    settle(experiment_.resolved, compute_);
    plan_steps();
    model_.emplace(make_model(experiment_, catalogue_, compute_, data_.context()));
    model_->train(true);
    evaluation_.emplace(experiment_, catalogue_, data_.context());
    note_data();
    metrics_.emplace(*model_);
    // After all that can be wrong with the experiment: nothing is moved aside, and no folder made, for a run that
    // cannot be.
    KeptCheckpoints(experiment_.checkpoint, {}, evaluation_->groups());
    folder_.emplace(request.folder.empty() ? run_folder(experiment_) : request.folder, request.existing, observer_);
    kept_.emplace(experiment_.checkpoint, folder_->checkpoint(), evaluation_->groups());
    for (const std::string& note : model_->notes) observer_.on_notice("note: " + note);
    open_record(request);
    if (experiment_.record.embeddings)
      keeper_.emplace(experiment_, data_, embeddings_beside(folder_->record()), position_.step);
    if (experiment_.record.batches > 0 && position_.step < plan_.total)
      batches_.emplace(experiment_, batches_beside(folder_->record()), position_.step);
    guard_.protect(*record_, folder_->path());
  }
  ~Run() { guard_.release(); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  RunResult go() {
    try {
      RunResult result = train();
      guard_.release();
      return result;
    } catch (const std::exception& error) {
      fail(error.what());
      guard_.release();
      throw;
    }
  }

 private:
  void set_threads() const {
    at::set_num_threads(compute_.threads);
    set_parallel_threads(compute_.threads);
  }

  void plan_steps() {
    plan_.steps_per_epoch = data_.steps_per_epoch();
    plan_.batch_size = experiment_.run.batch_size * experiment_.run.accumulate;
    plan_.total = experiment_.run.steps > 0 ? experiment_.run.steps : experiment_.run.epochs * plan_.steps_per_epoch;
  }

  /// What a user must know of the images, said before the first step and recorded.
  void note_data() {
    check_snapshots(experiment_, data_);
    evaluation_->check(data_);
    data_notes_ = data_.notes();
    for (const std::string& line : data_notes_) observer_.on_notice("note: " + line);
  }

  History restore(Existing existing) {
    const fs::path path = folder_->checkpoint();
    if (existing != Existing::resume || !fs::exists(path)) return {};
    const Checkpoint checkpoint = read_checkpoint(path);
    position_ = load_run(checkpoint, *model_, *evaluation_, experiment_.identity, path.string());
    observer_.on_notice(fmt::format("resumed at step {} of {}", position_.step, plan_.total));
    folder_->keep_damaged_record();
    History history = load_history(checkpoint);
    kept_->take_up(history, position_.step, observer_);
    return history;
  }

  void open_record(const RunRequest& request) {
    const History history = restore(request.existing);
    // A run that ended is only shown: its record keeps when, where and by what it was made.
    if (folder_->ended(history)) {
      record_.emplace(RunRecord::of_ended(folder_->record(), groups(), history));
      return;
    }
    RunInfo info = describe_run(experiment_, catalogue_, compute_, request.source, request.command_line,
                                folder_of_experiment(request));
    for (const auto& fact : facts_of(experiment_, data_, *model_)) info.environment.push_back(fact);
    info.environment.emplace_back("data", data_.fingerprint());
    info.environment.emplace_back("data_notes", fmt::format("{}", fmt::join(data_notes_, "\n")));
    info.environment.emplace_back("shared_images", data_.shared_images());
    info.environment.emplace_back("steps", std::to_string(plan_.total));
    info.environment.emplace_back("steps_per_epoch", std::to_string(plan_.steps_per_epoch));
    if (!model_->notes.empty())
      info.environment.emplace_back("starting_weights", fmt::format("{}", fmt::join(model_->notes, "\n")));
    info.started = position_.started.empty() ? info.started : position_.started;
    position_.started = info.started;
    position_.plugins = info.plugins = continued(position_.plugins, info.plugins, position_.step);
    tell_other_builds();
    record_.emplace(folder_->record(), info, groups(), history);
  }

  void tell_other_builds() {
    for (const PluginInfo& plugin : position_.plugins)
      if (plugin.from_step == position_.step && position_.step > 0)
        observer_.on_notice(
            fmt::format("note: {} '{}' is another build than the one of the steps before ({}); /plugins keeps both",
                        plugin.kind, plugin.name, plugin.library));
  }

  std::vector<GroupSpec> groups() const {
    std::vector<GroupSpec> all{metrics_->group()};
    for (GroupSpec& group : evaluation_->groups()) all.push_back(std::move(group));
    all.push_back({"timing", kTimingColumns, "epoch"});
    return all;
  }

  Step step_at(std::int64_t index) const {
    Step step = plan_;
    step.index = index;
    return step;
  }

  RunResult train() {
    observer_.on_start(folder_->path(), step_at(position_.step), first_lines(data_, *model_, compute_, plan_));
    if (const std::string rate = rate_text(*model_, experiment_.optimizer.resolved, plan_); !rate.empty())
      observer_.on_notice(rate);
    result_.folder = folder_->path();
    started_ = Clock::now();
    seconds_before_ = position_.seconds;
    first_step_ = position_.step;
    if (position_.step == 0 && !evaluated_before() && !StopSignal::received()) result_.first = evaluate(0, true);
    data_.start(position_.step);
    speed_.restart();
    while (position_.step < plan_.total) {
      if (collapsed()) return end(RunStatus::collapsed, collapse_text());
      if (const char* signal = StopSignal::received()) {
        checkpoint();
        return end(RunStatus::stopped, fmt::format("{} at step {}", signal, position_.step));
      }
      profile_.before_step();
      if (!advance())
        return end(RunStatus::diverged, fmt::format("{} was not finite at step {}", not_finite_, position_.step));
      const bool last = position_.step == plan_.total || collapsed();
      if (last && !weights_finite(*model_))
        return end(RunStatus::diverged, fmt::format("a weight was not finite after step {}", position_.step));
      if (profile_.after_step() || last) report_profile();
      const std::vector<EvaluationReport> found = evaluate(position_.step, last);
      if (last) result_.last = found;
      if (last || position_.step % plan_.steps_per_epoch == 0) end_epoch(step_at(position_.step - 1).epoch());
      const bool best = kept_->is_best(found);
      if (last || best || checkpoint_due()) checkpoint();
    }
    if (collapsed()) return end(RunStatus::collapsed, collapse_text());
    if (plan_.total == 0 && StopSignal::received() && !evaluated_before())
      return end(RunStatus::stopped, fmt::format("{} before its evaluation", StopSignal::received()));
    if (result_.last.empty()) show_last_evaluations();
    if (first_step_ == plan_.total && result_.first.empty()) look_once_more();
    return end(RunStatus::finished, {});
  }

  void report_profile() {
    if (const std::string table = profile_.finish(); !table.empty()) observer_.on_notice(table);
  }

  /// Of a run that was finished before this start.
  void show_last_evaluations() {
    result_.last = last_evaluations(record_->history());
    if (plan_.total == 0 && !result_.first.empty()) return;  // just shown
    for (const EvaluationReport& report : result_.last) observer_.on_evaluation(report);
  }

  bool collapsed() const {
    return stays_collapsed(experiment_.run, record_->history().front(), step_at(position_.step));
  }

  std::string collapse_text() const { return byolab::collapse_text(experiment_.run, position_.step); }

  bool evaluated_before() const { return !last_evaluations(record_->history()).empty(); }

  /// One step, and its row. False: the loss or a gradient was not finite, and nothing was changed.
  bool advance() {
    const Step step = step_at(position_.step);
    restart_if_asked(step);
    const StepOutcome outcome =
        train_step(*model_, data_, experiment_, compute_, step, times_, batches_ ? &*batches_ : nullptr);
    const Clock::time_point logging = Clock::now();
    if (!std::isfinite(outcome.loss) || !outcome.gradients_finite) {
      not_finite_ = std::isfinite(outcome.loss) ? "a gradient" : "the loss";
      return false;
    }
    if (position_.step == first_step_) check_inventory(*model_, step.index);  // a first pass may have made layers
    speed_.add(plan_.batch_size);
    position_.step += 1;
    position_.seconds = seconds_before_ + seconds_since(started_);
    const std::vector<double> row = metrics_->row(step, outcome, position_.seconds, speed_.value());
    append("metrics/train", step.index, row);
    warn_of_trouble();
    times_.log += seconds_since(logging);
    observer_.on_step({step, outcome.loss, outcome.z_std, speed_.value(), seconds_left(), metrics_->value(row, "tau")});
    return true;
  }

  void restart_if_asked(const Step& step) {
    if (step.index == 0 || !model_->has_target()) return;
    const bool asked = model_->rule.call("restarts_online()", step.index,
                                         [&](TargetUpdate& rule) { return rule.restarts_online(step); });
    if (asked) restart_online(*model_, experiment_, catalogue_, compute_, data_.context(), step.index);
  }

  /// At the mean pace of this start, evaluations included: a momentary speed jumps.
  double seconds_left() const {
    const double pace = seconds_since(started_) / static_cast<double>(position_.step - first_step_);
    return pace * static_cast<double>(plan_.total - position_.step);
  }

  void end_epoch(std::int64_t epoch) {
    const std::vector<double> row{times_.data_wait, times_.forward,  times_.backward,
                                  times_.update,    times_.evaluate, times_.log};
    append("timing", epoch, row);
    times_ = {};
  }

  /// Who takes a snapshot after `done` steps; null if nobody does.
  SnapshotKeeper* keeper_for(std::int64_t done, const Step& step) {
    const bool due =
        keeper_ && (done == plan_.total || keeper_->due(step) || (done == 0 && experiment_.record.every.count > 0));
    return due ? &*keeper_ : nullptr;
  }

  /// A run that was finished before gets the snapshot that it was not asked for then.
  void look_once_more() {
    if (!keeper_) return;
    evaluation_->look(*model_, data_, compute_, position_.step, step_at(std::max<std::int64_t>(0, position_.step - 1)),
                      *keeper_);
    warn_of_snapshots();
  }

  /// Snapshots are an extra: a disk without room for them ends no run.
  void warn_of_snapshots() {
    if (keeper_ && !keeper_->trouble().empty()) observer_.on_notice("warning: " + keeper_->trouble());
  }

  void keep_batches() {
    if (!batches_) return;
    batches_->write();
    if (!batches_->trouble().empty()) observer_.on_notice("warning: " + batches_->trouble());
  }

  std::vector<EvaluationReport> evaluate(std::int64_t done, bool all) {
    const Clock::time_point start = Clock::now();
    const Step step = step_at(std::max<std::int64_t>(0, done - 1));
    const std::vector<EvaluationReport> reports =
        evaluation_->run(*model_, data_, compute_, done, step, all, keeper_for(done, step));
    for (const EvaluationReport& report : reports) {
      std::vector<double> row;
      for (const auto& [name, value] : report.values) row.push_back(value);
      append("metrics/" + report.evaluator, done, row);
      observer_.on_evaluation(report);
    }
    times_.evaluate += seconds_since(start);
    result_.evaluation_seconds += seconds_since(start);
    warn_of_snapshots();
    if (!reports.empty()) speed_.restart();
    return reports;
  }

  bool checkpoint_due() const {
    const Cadence& every = experiment_.checkpoint.every;
    return every.count > 0 && every.due(step_at(position_.step - 1));
  }

  void append(const std::string& group, std::int64_t step, std::span<const double> row) {
    const std::lock_guard lock(guard_.recording());
    record_->append(group, step, row);
  }

  void checkpoint() {
    const Clock::time_point start = Clock::now();
    write_checkpoint(folder_->checkpoint(),
                     save_run(*model_, *evaluation_, position_, experiment_.identity, record_->history()));
    kept_->keep(position_.step);
    times_.log += seconds_since(start);
  }

  void warn_of_trouble() {
    if (record_->trouble() == trouble_) return;
    trouble_ = record_->trouble();
    if (!trouble_.empty()) observer_.on_notice("warning: " + trouble_);
  }

  RunResult end(RunStatus status, const std::string& reason) {
    keep_batches();
    const std::lock_guard lock(guard_.recording());
    record_->finish(status, reason);
    result_.status = status;
    result_.reason = reason;
    result_.steps = position_.step;
    result_.seconds = seconds_before_ + seconds_since(started_);
    result_.images_per_second = overall_speed();
    return result_;
  }

  /// Of this start, evaluations and checkpoints included.
  double overall_speed() const {
    const double span = position_.seconds - seconds_before_;
    return span > 0 ? static_cast<double>((position_.step - first_step_) * plan_.batch_size) / span : 0;
  }

  /// The record keeps what was logged, and says why the run ended; the first error is the one that counts.
  void fail(const std::string& reason) noexcept {
    const std::lock_guard lock(guard_.recording());
    try {
      record_->finish(RunStatus::failed, reason);
    } catch (const std::exception& error) {
      observer_.on_notice("warning: " + std::string(error.what()));
    }
  }

  const StopSignal signals_;  // from the beginning: reading data and the first evaluation take time too
  Experiment experiment_;
  RunGuard guard_;
  Observer& observer_;
  StepProfile profile_;
  Compute compute_;
  const PluginCatalogue& catalogue_;
  RunData data_;
  std::optional<RunFolder> folder_;
  std::optional<KeptCheckpoints> kept_;
  std::optional<Model> model_;
  std::optional<Evaluation> evaluation_;
  std::optional<SnapshotKeeper> keeper_;
  std::optional<BatchKeeper> batches_;
  std::optional<TrainMetrics> metrics_;
  std::optional<RunRecord> record_;
  Step plan_;
  Position position_;
  StageTimes times_;
  Speed speed_;
  Clock::time_point started_;
  double seconds_before_ = 0;    ///< of training in earlier starts
  std::int64_t first_step_ = 0;  ///< of this start
  std::string trouble_;
  std::vector<std::string> data_notes_;
  const char* not_finite_ = "the loss";
  RunResult result_;
};

}  // namespace

fs::path run_folder(const Experiment& experiment) {
  return fs::path(experiment.run.output) / fmt::format("{}-{}", experiment.run.name, experiment.identity.substr(0, 8));
}

RunResult train(const RunRequest& request, Observer& observer) { return Run(request, observer).go(); }

}  // namespace byolab
