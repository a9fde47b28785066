#include "train/run_setup.hpp"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/checkpoint_parts.hpp"
#include "kernels/parallel.hpp"
#include "train/provenance.hpp"
#include "train/run_facts.hpp"
#include "train/starting_weights.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

const std::vector<Series> kTimingColumns{{"data_wait", "time the training thread waited for batches", "s"},
                                         {"forward", "both networks and the loss", "s"},
                                         {"backward", "gradients", "s"},
                                         {"update", "optimizer and target rule", "s"},
                                         {"evaluate", "evaluators", "s"},
                                         {"log", "record and checkpoints", "s"}};

/// Before the data are read, which takes threads, too.
const Compute& with_threads_set(const Compute& compute) {
  at::set_num_threads(compute.threads);
  set_parallel_threads(compute.threads);
  return compute;
}

bool goes_on(Existing existing) { return existing == Existing::resume || existing == Existing::go_on; }

/// Of the file itself, where FILE is a link to it.
fs::path folder_of_experiment(const RunRequest& request) {
  return request.origin.empty() ? fs::current_path() : fs::weakly_canonical(fs::absolute(request.origin)).parent_path();
}

}  // namespace

RunSetup::RunSetup(const RunRequest& request, Listener& observer)
    : experiment_(request.experiment),
      guard_(experiment_.run.watchdog),
      profile_(request.profile),
      compute_(settle_run(request, observer)),
      catalogue_(request.catalogue),
      data_(experiment_, catalogue_, with_threads_set(compute_)) {
  Circumstances circumstances = circumstances_of(compute_, data_.fingerprint());
  circumstances.weights = StartingWeights().digest(experiment_);
  identify(experiment_, circumstances);
  settle(experiment_.resolved, compute_);
  plan_steps();
  find_folder(request, circumstances);
  model_.emplace(make_model(experiment_, catalogue_, compute_, data_.context(), data_.planned_views()));
  model_->train(true);
  observers_.emplace(experiment_, catalogue_, data_.context(), *model_);
  evaluation_.emplace(experiment_, catalogue_, data_.context());
  note_data(observer);
  metrics_.emplace(*model_, *observers_);
  // After all that can be wrong with the experiment: nothing is moved aside, and no folder made, for a run that
  // cannot be.
  KeptCheckpoints(experiment_.checkpoint, {}, evaluation_->groups());
  folder_.emplace(resumed_.folder, request.existing, observer);
  kept_.emplace(experiment_.checkpoint, folder_->checkpoint(), evaluation_->groups());
  for (const std::string& note : model_->notes) observer.on_notice("note: " + note);
  if (const std::string note = note_on_frozen(experiment_, *model_); !note.empty()) observer.on_notice("note: " + note);
  note_choice(observer);
  open_record(request, circumstances, observer);
  if (experiment_.record.embeddings) keep_embeddings(observer);
  if (experiment_.record.batches > 0 && position_.step < plan_.total)
    batches_.emplace(experiment_, batches_beside(folder_->record()), position_.step);
  guard_.protect(*record_, folder_->path());
}

RunSetup::~RunSetup() { guard_.release(); }

/// Of a run that is to be resumed, what the machine settles by itself is as that run had it.
Compute RunSetup::settle_run(const RunRequest& request, Listener& observer) {
  const Compute here = settle_compute(experiment_.run);
  if (request.existing != Existing::resume) return here;
  const fs::path own = request.folder;
  const bool is_run = !own.empty() && fs::exists(own / "run.h5");
  near_ = nearest_run(experiment_, is_run ? own : fs::path(experiment_.run.output), circumstances_of(here, {}));
  return near_ && near_->same_keys() ? as_recorded(here, experiment_.run, *near_, observer) : here;
}

/// Before anything is made that takes time: a run that is to be resumed must be there.
void RunSetup::find_folder(const RunRequest& request, const Circumstances& circumstances) {
  resumed_.folder = request.folder.empty() ? run_folder(experiment_) : request.folder;
  if (request.existing == Existing::resume)
    resumed_ = find_resumed({experiment_, catalogue_, circumstances, plan_.total}, resumed_.folder,
                            !request.folder.empty(), near_);
}

void RunSetup::plan_steps() {
  plan_.steps_per_epoch = data_.steps_per_epoch();
  plan_.batch_size = experiment_.run.batch_size * experiment_.run.accumulate;
  plan_.total = experiment_.run.steps > 0 ? experiment_.run.steps : experiment_.run.epochs * plan_.steps_per_epoch;
}

/// What a user must know of the images, said before the first step and recorded.
void RunSetup::note_data(Listener& observer) {
  check_snapshots(experiment_, data_);
  evaluation_->check(data_, *model_);
  data_notes_ = data_.notes();
  for (const std::string& line : data_notes_) observer.on_notice("note: " + line);
}

History RunSetup::restore(Existing existing, Listener& observer) {
  const fs::path path = folder_->checkpoint();
  const bool resumes = goes_on(existing);
  if (resumes && !fs::exists(path) && !resumed_.from.empty()) return continue_other(observer);
  if (!resumes || !fs::exists(path)) return {};
  const Checkpoint checkpoint = read_checkpoint(path);
  position_ = load_run(checkpoint, *model_, *evaluation_, *observers_, experiment_.identity, path.string());
  observer.on_notice(fmt::format("resumed at step {} of {}", position_.step, plan_.total));
  folder_->keep_damaged_record();
  History history = rows_for(groups(), load_history(checkpoint));
  kept_->take_up(history, position_.step, observer);
  return history;
}

/// A run of its own that begins where another's checkpoint is.
History RunSetup::continue_other(Listener& observer) {
  const fs::path path = resumed_.from / "checkpoint.pt";
  const Checkpoint checkpoint = read_checkpoint(path);
  position_ =
      load_run(checkpoint, *model_, *evaluation_, *observers_, resumed_.from_identity, path.string(), resumed_.added);
  position_.started.clear();
  History history = rows_for(groups(), load_history(checkpoint));
  // Before the record: from now on this run is resumed from its own folder, whenever it is ended.
  write_checkpoint(folder_->checkpoint(),
                   save_run(*model_, *evaluation_, *observers_, position_, experiment_.identity, history));
  kept_->take_up(history, position_.step, observer);
  observer.on_notice(fmt::format("continues {} at step {} of {}, as a run of its own", resumed_.from.string(),
                                 position_.step, plan_.total));
  for (const auto& [key, text] : resumed_.environment)
    if (key == "schedules") observer.on_notice("note: schedules over the whole run change here: " + text);
  return history;
}

void RunSetup::open_record(const RunRequest& request, const Circumstances& circumstances, Listener& observer) {
  const History history = restore(request.existing, observer);
  // A run that ended is only shown: its record keeps when, where and by what it was made.
  if (folder_->ended(history)) {
    record_.emplace(RunRecord::of_ended(folder_->record(), groups(), history));
    return;
  }
  RunInfo info = describe_run(experiment_, catalogue_, compute_, request.source, request.command_line,
                              folder_of_experiment(request));
  for (const auto& fact : facts_of(experiment_, data_, *model_, plan_)) info.environment.push_back(fact);
  info.environment.emplace_back("data", circumstances.data);
  info.environment.emplace_back("data_notes", fmt::format("{}", fmt::join(data_notes_, "\n")));
  info.environment.emplace_back("shared_images", data_.shared_images());
  info.environment.emplace_back("steps", std::to_string(plan_.total));
  info.environment.emplace_back("steps_per_epoch", std::to_string(plan_.steps_per_epoch));
  if (!model_->notes.empty())
    info.environment.emplace_back("starting_weights", fmt::format("{}", fmt::join(model_->notes, "\n")));
  info.environment.insert(info.environment.end(), resumed_.environment.begin(), resumed_.environment.end());
  info.started = position_.started.empty() ? info.started : position_.started;
  position_.started = info.started;
  position_.plugins = info.plugins = continued(position_.plugins, info.plugins, position_.step);
  tell_other_builds(observer);
  record_.emplace(folder_->record(), info, groups(), history);
}

void RunSetup::tell_other_builds(Listener& observer) const {
  const auto was_there = [&](const PluginInfo& plugin) {  // an evaluator may have been added
    return std::any_of(position_.plugins.begin(), position_.plugins.end(), [&](const PluginInfo& earlier) {
      return earlier.kind == plugin.kind && earlier.name == plugin.name && earlier.from_step < position_.step;
    });
  };
  for (const PluginInfo& plugin : position_.plugins)
    if (plugin.from_step == position_.step && position_.step > 0 && was_there(plugin))
      observer.on_notice(
          fmt::format("note: {} '{}' is another build than the one of the steps before ({}); /plugins keeps both",
                      plugin.kind, plugin.name, plugin.library));
}

void RunSetup::keep_embeddings(Listener& observer) {
  keeper_.emplace(experiment_, data_, embeddings_beside(folder_->record()), position_.step);
  if (data_.classes() > 0 && evaluation_->predictor().empty())
    observer.on_notice(
        "note: [record] embeddings: no evaluator names the classes of images, so that no predictions are kept");
}

/// What is chosen by test images has been fitted to them.
void RunSetup::note_choice(Listener& observer) const {
  const std::string& best = experiment_.checkpoint.best;
  for (const EvaluateOptions& evaluator : experiment_.evaluate)
    if (best.starts_with(evaluator.name + "/") && evaluator.split == EvaluateOptions::Split::test)
      observer.on_notice(
          fmt::format("note: checkpoint-best.pt is chosen by {} of the test images; [data] validation = "
                      "0.1 keeps a tenth of the training images apart to choose by",
                      best));
}

std::vector<GroupSpec> RunSetup::groups() const {
  std::vector<GroupSpec> all{metrics_->group()};
  for (GroupSpec& group : evaluation_->groups()) all.push_back(std::move(group));
  all.push_back({"timing", kTimingColumns, "epoch"});
  return all;
}

Step RunSetup::step_at(std::int64_t index) const {
  Step step = plan_;
  step.index = index;
  return step;
}

}  // namespace byolab
