#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

#include "app/display.hpp"
#include "app/experiment_file.hpp"
#include "app/standard_streams.hpp"
#include "app/sweep_display.hpp"
#include "claims/verdict.hpp"
#include "record/lock.hpp"
#include "sweep/estimate.hpp"
#include "sweep/process.hpp"
#include "sweep/slurm.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

struct SweepChoice : PluginSearch {
  fs::path file, output;
  std::vector<std::string> sets, retry;
  std::string launcher = "local";
  bool dry_run = false, no_calibrate = false, plain = false, cancel = false;
  LaunchOptions launch;
  SlurmOptions slurm;
  int gpus = 0;
  bool on_slurm() const { return launcher == "slurm"; }
};

LaunchOptions launch_options(const SweepChoice& choice) {
  LaunchOptions options = choice.launch;
  options.program = own_program();
  options.run_words = {"--origin", fs::absolute(choice.file).string()};  // whose commit the trials' records name
  for (const fs::path& folder : choice.folders)
    options.run_words.insert(options.run_words.end(), {"--plugin-path", fs::absolute(folder).string()});
  if (choice.no_installed) options.run_words.emplace_back("--no-installed-plugins");
  for (const std::string& what : choice.retry) (what == "failed" ? options.retry_failed : options.retry_changed) = true;
  return options;
}

std::size_t count_arms(const Plan& plan) {
  std::set<std::string> labels;
  for (const Trial& trial : plan.trials) labels.insert(trial.label);
  return labels.size();
}

std::string title(const Plan& plan) {
  return fmt::format("{}: {} trial{} of {} arm{}, {} thread{} each; {}", plan.name, plan.trials.size(),
                     plan.trials.size() == 1 ? "" : "s", count_arms(plan), count_arms(plan) == 1 ? "" : "s",
                     plan.threads, plan.threads == 1 ? "" : "s", plan.index().string());
}

/// The index is made from the trials' own records: one that cannot be read is no loss.
SweepBefore index_before(const Plan& plan, SweepDisplay& display) {
  try {
    return read_sweep_before(plan.index());
  } catch (const Error& error) {
    display.on_notice(fmt::format("note: {}: the index is made anew from the trials", error.what()));
    return {};
  }
}

/// What is not as it was when this sweep was last run.
void tell_changes(const Board& board, SweepDisplay& display) {
  const Plan& plan = board.plan();
  for (const std::string& note : plan.notes) display.on_notice("note: " + note);
  const SweepBefore before = index_before(plan, display);
  std::set<std::string> ids;
  for (const Trial& trial : plan.trials) ids.insert(trial.id);
  const auto gone =
      std::count_if(before.ids.begin(), before.ids.end(), [&](const std::string& id) { return !ids.contains(id); });
  if (gone > 0)
    display.on_notice(fmt::format(
        "note: the experiment has changed: {} of the {} trials of last time are no longer part of it{}; their runs "
        "stay in {}",
        gone, before.ids.size(), before.source == plan.source ? " (its data, or this machine's arithmetic)" : "",
        (plan.output / "trials").string()));
  std::set<std::string> plugins;
  std::size_t runs = 0;
  for (const TrialState& state : board.states()) {
    const std::vector<std::string> changed = state.run ? changed_plugins(*state.run, plan) : std::vector<std::string>{};
    runs += changed.empty() ? 0 : 1;
    plugins.insert(changed.begin(), changed.end());
  }
  if (runs == 0) return;
  std::string names;
  for (const std::string& plugin : plugins) names += (names.empty() ? "" : ", ") + plugin;
  display.on_notice(fmt::format(
      "note: {} run{} made with other builds of {}; --retry changed runs them anew (the column `plugins` of the "
      "index tells builds apart)",
      runs, runs == 1 ? " was" : "s were", names));
}

std::string when(double seconds) { return seconds < 1 ? "under a second" : duration_text(seconds); }

/// The exit code.
int print_estimate(const Board& board, const SweepChoice& choice, const LaunchOptions& options) {
  std::vector<std::size_t> open;
  std::size_t begun = 0;
  for (std::size_t i = 0; i < board.states().size(); ++i)
    if (const TrialState& state = board.state(i);
        !is_result(state.status) && (state.status != TrialStatus::failed || options.retry_failed)) {
      open.push_back(i);
      begun += state.run && state.run->steps > 0 ? 1 : 0;
    }
  const int jobs = options.jobs > 0 ? options.jobs : default_jobs(board.plan().threads);
  fmt::print("\n{} of {} trials are still to be run{}, {} at a time\n", open.size(), board.states().size(),
             begun > 0 ? fmt::format(" ({} of them begun)", begun) : "", jobs);
  if (open.empty() || choice.no_calibrate) return 0;
  fmt::print("first steps, kept nowhere, for an estimate (--no-calibrate: without) …\n");
  std::fflush(stdout);
  const Calibration calibration = calibrate(board.plan(), open, options);
  if (calibration.stopped) return kStopped;
  if (calibration.trials == 0) return 0;
  double sum = 0, longest = 0;
  for (const std::size_t i : open) {
    const TrialState& state = board.state(i);
    const double rest = calibration.seconds(board.plan().trials[i], state.run ? state.run->steps : 0);
    sum += rest;
    longest = std::max(longest, rest);
  }
  fmt::print(
      "estimate: {} in all; a trial takes up to {} (from the first steps of {} trial{}: {} to start, {:.3g} ms an "
      "image, {} an evaluation)\n",
      when(std::max(longest, sum / jobs)), when(longest), calibration.trials,
      calibration.trials == 1 ? "" : "s at once", when(calibration.start), 1000 * calibration.image,
      when(calibration.evaluation));
  return 0;
}

int list_trials(const Board& board, const SweepChoice& choice, const LaunchOptions& options) {
  const Plan& plan = board.plan();
  fmt::print("{}\n\n", title(plan));
  std::size_t width = 5;
  for (const Trial& trial : plan.trials) width = std::max(width, trial.label.size());
  fmt::print("  {:<16}  {:<{}}  {:>5}  {:<9}  {}\n", "trial", "label", width, "seed", "status", "what is set");
  for (std::size_t i = 0; i < plan.trials.size(); ++i) {
    const Trial& trial = plan.trials[i];
    fmt::print("  {:<16}  {:<{}}  {:>5}  {:<9}  {}{}\n", trial.id, trial.label, width, trial.seed,
               name_of(board.state(i).status), trial.settings, trial.label == plan.baseline ? "  (baseline)" : "");
  }
  std::fflush(stdout);
  return print_estimate(board, choice, options);
}

/// One launcher a sweep: two would only get in each other's way.
RunLock lock_sweep(const Plan& plan) {
  std::error_code error;
  fs::create_directories(plan.folder, error);
  if (error)
    throw Error(fmt::format("{} cannot be made: {}", plan.folder.string(), error.message()),
                "choose another folder: --output FOLDER");
  if (const auto writer = writer_of(plan.folder))
    throw Error(fmt::format("this sweep is being run by {} already", *writer),
                "stop that one, or let this one have another folder: --output FOLDER");
  return RunLock(plan.folder);
}

void tell_failures(const Board& board) {
  constexpr std::size_t kTold = 10;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < board.states().size(); ++i) {
    const TrialState& state = board.state(i);
    if ((state.status != TrialStatus::failed && state.status != TrialStatus::lost) || ++failed > kTold) continue;
    const Trial& trial = board.plan().trials[i];
    show("{}: {} seed {}{}; see {}\n", name_of(state.status), trial.label, trial.seed,
         state.reason.empty() ? "" : ": " + state.reason, (trial.folder / "log.txt").string());
  }
  if (failed > kTold) show("and {} more\n", failed - kTold);
  show("--retry failed tries again\n");
}

/// A metric that a sweep or a claim asks for, and no trial has recorded: most likely a slip of the pen.
void tell_unknown_metrics(const Board& board) {
  std::set<std::string> recorded, missing;
  for (const SweepRow& row : board.rows())
    for (const auto& [name, value] : row.metrics) recorded.insert(name);
  if (recorded.empty()) return;
  const auto look = [&](const std::string& metric) {
    if (!metric.empty() && !recorded.contains(metric)) missing.insert(metric);
  };
  look(board.plan().metric);
  for (const Claim& claim : board.plan().claims) look(claim.metric);
  for (const std::string& metric : missing)
    show("\nwarning: no trial has recorded '{}', for which [sweep] or a [[claim]] asks; there are: {}\n", metric,
         fmt::join(recorded, ", "));
}

int cancel(const SweepChoice& choice, const Plan& plan) {
  if (!choice.on_slurm()) throw Error("--cancel is for --launcher slurm", "a sweep that runs here stops with Ctrl-C");
  show("{} jobs cancelled; the same command without --cancel goes on\n", cancel_on_slurm(plan));
  return 0;
}

int sweep(const SweepChoice& choice) {
  if (choice.gpus > 0)
    throw Error(fmt::format("--gpus {}: byolab trains on the CPU only, for now", choice.gpus),
                "leave --gpus out; [run] threads says how many cores each trial gets");
  const LoadedSweep loaded = load_sweep(choice.file, choice.sets, choice, choice.output);
  const Plan& plan = loaded.plan;
  const LaunchOptions options = launch_options(choice);
  if (choice.cancel) return cancel(choice, plan);
  if (!choice.dry_run) outlive_readers();
  SweepDisplay display(Display::on_terminal() && !choice.plain);
  std::optional<RunLock> lock;
  if (!choice.dry_run) lock.emplace(lock_sweep(plan));
  Board board(plan, display);
  display.follow(board);
  tell_changes(board, display);
  if (choice.dry_run) return list_trials(board, choice, options);
  display.on_notice(title(plan));
  const SweepEnd end =
      choice.on_slurm() ? run_on_slurm(board, options, choice.slurm, display) : run_here(board, options, display);
  display.print_table();
  if (!plan.claims.empty()) {
    if (end != SweepEnd::complete) show("\nof the trials that have results so far:");
    show("\n{}", verdicts_text(judge(plan.claims, board.rows())));
  }
  tell_unknown_metrics(board);
  show("\n{}; see {}\n", display.summary(), plan.index().string());
  if (!board.trouble().empty())
    throw Error(fmt::format("the index was not written, and says what it said before: {}", board.trouble()),
                "the trials are kept; the same command writes it once that is mended");
  if (end == SweepEnd::stopped) show("go on with the same command\n");
  if (end == SweepEnd::failures) tell_failures(board);
  return end == SweepEnd::complete ? 0 : end == SweepEnd::stopped ? kStopped : kFailed;
}

}  // namespace

void add_sweep(CLI::App& program, Action& action) {
  auto choice = std::make_shared<SweepChoice>();
  CLI::App* command =
      program.add_subcommand("sweep", "Runs all variations of an experiment that its [sweep] describes");
  choice->add_to(*command);
  LaunchOptions& launch = choice->launch;
  const std::map<std::string, double> units{{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
  command->add_option("FILE", choice->file, "The experiment's TOML file, with a [sweep]")->required();
  command->add_option("--set", choice->sets, "Changes a key of the experiment under all trials (may be repeated)")
      ->type_name("KEY=VALUE");
  command->add_flag("--dry-run", choice->dry_run,
                    "Lists the trials, and trains a few steps, kept nowhere, for an estimate of the time");
  command->add_flag("--no-calibrate", choice->no_calibrate, "With --dry-run: no estimate, and no training for it");
  command->add_option("--output", choice->output, "Folder of the trials and the index; by default [run] output");
  command->add_option("--jobs", launch.jobs, "Trials at a time; by default as many as the cores hold")
      ->check(CLI::Range(1, 4096));
  command->add_option("--nice", launch.nice, "Lowers the trials' priority by so much")
      ->check(CLI::Range(0, 19))
      ->capture_default_str();
  command
      ->add_option("--retry", choice->retry,
                   "Runs again: failed (trials that failed), changed (those made with other builds of plugins)")
      ->check(CLI::IsMember({"failed", "changed"}));
  command->add_option("--tries", launch.tries, "How often a trial whose process dies is started")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--time-limit", launch.time_limit,
                   "Of one trial: it writes a checkpoint and stops (90 s, 30 min, 2 h)")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_SENSITIVE, "TIME"))
      ->check([](const std::string& seconds) {
        return std::strtod(seconds.c_str(), nullptr) >= 1 ? std::string() : "a trial's limit is 1 s at least";
      });
  command->add_option("--launcher", choice->launcher, "local: here; slurm: as job arrays")
      ->check(CLI::IsMember({"local", "slurm"}))
      ->capture_default_str();
  SlurmOptions& slurm = choice->slurm;
  command->add_option("--partition", slurm.partition, "Slurm's partition")->group("Slurm");
  command->add_option("--gpus", choice->gpus, "GPUs of each trial: none, for now, since byolab trains on the CPU only")
      ->check(CLI::Range(0, 64))
      ->group("Slurm");
  command->add_option("--memory", slurm.memory, "Memory of each trial (4G)")->group("Slurm");
  command->add_option("--sbatch", slurm.extra, "A further option of sbatch: --sbatch=--account=lab (may be repeated)")
      ->group("Slurm");
  command->add_flag("--cancel", choice->cancel, "Cancels the sweep's jobs")->group("Slurm");
  command->add_flag("--plain", choice->plain, "Plain lines, even on a terminal");
  command->callback([choice, &action] { action = [choice] { return sweep(*choice); }; });
}

}  // namespace byolab
