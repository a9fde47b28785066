#include "train/trainer.hpp"

#include <ATen/ops/isfinite.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "byolab/capability.hpp"
#include "byolab/restarts_online.hpp"
#include "checkpoint/checkpoint.hpp"
#include "train/collapse_stop.hpp"
#include "train/last_evaluations.hpp"
#include "train/rate_text.hpp"
#include "train/run_facts.hpp"
#include "train/run_setup.hpp"
#include "train/speed.hpp"
#include "train/stop_signal.hpp"
#include "train/train_step.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

const std::string kTrainGroup = "metrics/train";

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// What an optimizer's last step has made of them shows in no later loss.
bool weights_finite(const Model& model) {
  const std::vector<at::Tensor> weights = model.online.tensors(Which::all);
  return std::all_of(weights.begin(), weights.end(),
                     [](const at::Tensor& weight) { return weight.isfinite().all().item<bool>(); });
}

/// One run, from its folder to its last row.
class Run : RunSetup {
 public:
  Run(const RunRequest& request, Listener& observer) : RunSetup(request, observer), observer_(observer) {}

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
  RunResult train() {
    observer_.on_start(folder_->path(), step_at(position_.step), first_lines(data_, *model_, compute_, plan_));
    if (const std::string rate = rate_text(*model_, experiment_.optimizer.resolved, plan_); !rate.empty())
      observer_.on_notice(rate);
    result_.folder = folder_->path();
    observers_->start(fs::absolute(folder_->path()).string(), step_at(position_.step));
    started_ = Clock::now();
    seconds_before_ = position_.seconds;
    first_step_ = position_.step;
    if (position_.step == 0 && !evaluated_before() && !StopSignal::received())
      result_.first = evaluate(0, Evaluation::all());
    else
      catch_up();
    data_.start(position_.step);
    speed_.restart();
    while (position_.step < plan_.total) {
      if (collapsed()) return end(RunStatus::collapsed, collapse_text());
      if (stopped()) return end(RunStatus::finished, observers_->stopped_by());
      if (const char* signal = StopSignal::received()) {
        checkpoint();
        return end(RunStatus::stopped, fmt::format("{} at step {}", signal, position_.step));
      }
      profile_.before_step();
      if (!advance())
        return end(RunStatus::diverged, fmt::format("{} was not finite at step {}", not_finite_, position_.step));
      const bool last = over();
      if (last && !weights_finite(*model_))
        return end(RunStatus::diverged, fmt::format("a weight was not finite after step {}", position_.step));
      if (profile_.after_step() || last) report_profile();
      // An evaluator that fails now costs no trained network: --resume evaluates it again.
      if (last) checkpoint_before_the_end();
      const std::vector<EvaluationReport> found =
          evaluate(position_.step, last ? Evaluation::all() : Evaluation::due_after(step_at(position_.step - 1)));
      if (last) result_.last = found;
      if (last || position_.step % plan_.steps_per_epoch == 0) end_epoch(step_at(position_.step - 1).epoch());
      const bool best = kept_->is_best(found);
      if (last || best || checkpoint_due()) checkpoint();
    }
    if (collapsed()) return end(RunStatus::collapsed, collapse_text());
    if (stopped()) return end(RunStatus::finished, observers_->stopped_by());
    if (plan_.total == 0 && StopSignal::received() && !evaluated_before())
      return end(RunStatus::stopped, fmt::format("{} before its evaluation", StopSignal::received()));
    if (result_.last.empty()) show_last_evaluations();
    if (first_step_ == plan_.total && result_.first.empty() && !caught_up_) look_once_more();
    return end(RunStatus::finished, {});
  }

  /// What an earlier start, or the run that is continued, did not evaluate where this one begins: evaluators that were
  /// added, and all that are missing at the end.
  void catch_up() {
    const auto missing = Evaluation::without_row(record_->history(), position_.step);
    const bool now_over = over();
    const auto wanted = [&](const EvaluateOptions& options) {
      const auto& added = resumed_.added;
      return missing(options) && (now_over || std::find(added.begin(), added.end(), options.name) != added.end());
    };
    const auto& evaluate_list = experiment_.evaluate;
    if (std::none_of(evaluate_list.begin(), evaluate_list.end(), wanted) || StopSignal::received()) return;
    evaluate(position_.step, wanted);
    caught_up_ = true;
    if (now_over) checkpoint();
  }

  void checkpoint_before_the_end() {
    try {
      checkpoint();
    } catch (const Error& error) {  // a full disk, say: there is another one to come
      observer_.on_notice(fmt::format("warning: {}", error.what()));
    }
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

  bool looks_collapsed() const {
    return stays_collapsed(experiment_.run, record_->history().front(), step_at(position_.step));
  }
  /// And is to end for it.
  bool collapsed() const { return !experiment_.run.stop_when.empty() && looks_collapsed(); }

  /// An observer wants no further step.
  bool stopped() const { return !observers_->stopped_by().empty(); }
  bool over() const { return position_.step == plan_.total || collapsed() || stopped(); }

  std::string collapse_text() const { return byolab::collapse_text(experiment_.run, position_.step); }

  bool evaluated_before() const { return !last_evaluations(record_->history()).empty(); }

  /// One step, and its row. False: the loss or a gradient was not finite, and nothing was changed.
  bool advance() {
    const Step step = step_at(position_.step);
    restart_if_asked(step);
    const Onlookers onlookers{batches_ ? &*batches_ : nullptr, observers_->none() ? nullptr : &*observers_};
    const StepOutcome outcome = train_step(*model_, data_, experiment_, compute_, step, times_, onlookers);
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
    append(kTrainGroup, step.index, row);
    observers_->after_step({kTrainGroup, step.index, metrics_->names(), row}, step);
    warn_of_trouble();
    times_.log += seconds_since(logging);
    observer_.on_step({step, outcome.loss, outcome.z_std, looks_collapsed(), speed_.value(), seconds_left(),
                       metrics_->rule_metric(), metrics_->rule_value(row)});
    return true;
  }

  void restart_if_asked(const Step& step) {
    const auto* restarts = capability<RestartsOnline>(*model_->rule.object);
    if (!restarts || step.index == 0 || !model_->has_target()) return;
    const bool asked = model_->rule.call("restarts_online()", step.index,
                                         [&](TargetUpdate&) { return restarts->restarts_online(step); });
    if (asked)
      restart_online(*model_, experiment_, catalogue_, compute_, data_.context(), data_.planned_views(), step.index);
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
    if (position_.step % plan_.steps_per_epoch == 0) observers_->epoch_end(step_at(position_.step - 1));
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

  std::vector<EvaluationReport> evaluate(std::int64_t done, const Evaluation::Wanted& wanted) {
    const Clock::time_point start = Clock::now();
    const Step step = step_at(std::max<std::int64_t>(0, done - 1));
    const std::vector<EvaluationReport> reports =
        evaluation_->run(*model_, data_, compute_, done, step, wanted, keeper_for(done, step));
    for (const EvaluationReport& report : reports) {
      std::vector<std::string> names;
      std::vector<double> row;
      for (const auto& [name, value] : report.values) {
        names.push_back(name);
        row.push_back(value);
      }
      const std::string group = "metrics/" + report.evaluator;
      append(group, done, row);
      observers_->evaluated({group, done, names, row});
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
                     save_run(*model_, *evaluation_, *observers_, position_, experiment_.identity, record_->history()));
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
    finish_record(status, reason);
    end_observers(status, reason);
    result_.status = status;
    result_.reason = reason;
    result_.steps = position_.step;
    result_.seconds = seconds_before_ + seconds_since(started_);
    result_.images_per_second = overall_speed();
    return result_;
  }

  void finish_record(RunStatus status, const std::string& reason) {
    const std::lock_guard lock(guard_.recording());
    record_->finish(status, reason);
  }

  /// The run and its record are complete: what goes wrong here is told.
  void end_observers(RunStatus status, const std::string& reason) const {
    for (const std::string& trouble : observers_->end({name_of(status), reason, position_.step}))
      observer_.on_notice("warning: the run is complete, but " + trouble);
  }

  /// Of this start, evaluations and checkpoints included.
  double overall_speed() const {
    const double span = position_.seconds - seconds_before_;
    return span > 0 ? static_cast<double>((position_.step - first_step_) * plan_.batch_size) / span : 0;
  }

  /// The record keeps what was logged, and says why the run ended; the first error is the one that counts.
  void fail(const std::string& reason) noexcept {
    try {
      finish_record(RunStatus::failed, reason);
    } catch (const std::exception& error) {
      observer_.on_notice("warning: " + std::string(error.what()));
    }
    observers_->end({name_of(RunStatus::failed), reason, position_.step});
  }

  Listener& observer_;
  StageTimes times_;
  Speed speed_;
  Clock::time_point started_;
  double seconds_before_ = 0;    ///< of training in earlier starts
  std::int64_t first_step_ = 0;  ///< of this start
  bool caught_up_ = false;       ///< evaluated what an earlier start had not
  std::string trouble_;
  const char* not_finite_ = "the loss";
  RunResult result_;
};

}  // namespace

fs::path run_folder(const Experiment& experiment) {
  return fs::path(experiment.run.output) / fmt::format("{}-{}", experiment.run.name, experiment.identity.substr(0, 8));
}

RunResult train(const RunRequest& request, Listener& observer) { return Run(request, observer).go(); }

}  // namespace byolab
