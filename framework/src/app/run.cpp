#include <fmt/format.h>

#include <malloc.h>

#include <cstdlib>
#include <iostream>

#include "app/display.hpp"
#include "app/experiment_file.hpp"
#include "app/standard_streams.hpp"
#include "record/run_reader.hpp"
#include "train/circumstances.hpp"
#include "train/provenance.hpp"
#include "train/trainer.hpp"

namespace byolab {
namespace {

struct RunChoice : PluginSearch {
  std::filesystem::path file, locked, folder, origin;
  std::vector<std::string> sets;
  std::filesystem::path profile;
  bool print = false, resume = false, go_on = false, replace = false, plain = false;
};

/// Activations of a large batch have more than 32 MB each: by default glibc asks the kernel for such a piece anew at
/// every step and gives it back, which took a third of the time at a batch of 2048 (docs/performance.md). The user's
/// own settings, by glibc's environment variables, stay.
void keep_memory() {
#ifdef __GLIBC__
  if (std::getenv("MALLOC_MMAP_MAX_") || std::getenv("MALLOC_TRIM_THRESHOLD_") || std::getenv("GLIBC_TUNABLES")) return;
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);  // never
#endif
}

Existing existing(const RunChoice& choice) {
  if (choice.resume) return Existing::resume;
  if (choice.go_on) return Existing::go_on;
  return choice.replace ? Existing::replace : Existing::refuse;
}

/// `--locked`: a run's folder, or its record.
void insist_on_plugins(const LoadedExperiment& loaded, std::filesystem::path record) {
  if (record.empty()) return;
  if (std::filesystem::is_directory(record)) record /= "run.h5";
  require_plugins(loaded.experiment, *loaded.catalogue, read_plugins(record), record.string());
}

/// An experiment that `--locked` was given for cannot be read: perhaps since a library that the run used has gone.
void tell_missing_libraries(std::filesystem::path record) {
  if (record.empty()) return;
  if (std::filesystem::is_directory(record)) record /= "run.h5";
  for (const PluginInfo& plugin : read_plugins(record))
    if (!std::filesystem::exists(plugin.library))
      std::cerr << fmt::format("note: {} used {} '{}' (version {}, sha256 {}) of {}, where no file is now\n",
                               record.string(), plugin.kind, plugin.name, plugin.version, plugin.sha256.substr(0, 16),
                               plugin.library);
}

LoadedExperiment load(const RunChoice& choice) {
  try {
    return load_experiment(choice.file, choice.sets, choice);
  } catch (const WrongExperiment&) {
    tell_missing_libraries(choice.locked);
    throw;
  }
}

int exit_code(RunStatus status) {
  switch (status) {
    case RunStatus::finished:
      return 0;
    case RunStatus::stopped:
      return kStopped;
    case RunStatus::diverged:
      return kDiverged;
    case RunStatus::collapsed:
      return kCollapsed;
    default:
      return kFailed;
  }
}

/// "finished: 936 steps in 1:40 (evaluation 8 s), 1200 images/s; see runs/ema-1a2b3c4d/run.h5"
std::string closing_line(const RunResult& result) {
  const std::string reason = result.reason.empty() ? "" : ", " + result.reason;
  const std::string speed =
      result.images_per_second > 0 ? fmt::format(", {:.0f} images/s", result.images_per_second) : "";
  return fmt::format("{}{}: {} steps in {} (evaluation {}){}; see {}", name_of(result.status), reason, result.steps,
                     duration_text(result.seconds), duration_text(result.evaluation_seconds), speed,
                     (result.folder / "run.h5").string());
}

int run(const RunChoice& choice) {
  keep_memory();
  LoadedExperiment loaded = load(choice);
  insist_on_plugins(loaded, choice.locked);
  if (choice.print) {
    std::cout << to_toml(settled_here(loaded.experiment));
    return 0;
  }
  outlive_readers();
  check_loads(loaded);
  for (const Override& change : loaded.document.overrides)
    show("set {} = {}{}\n", change.path, change.value.toml(),
         change.before.empty() ? "" : fmt::format(" (was {})", change.before));
  Display display({}, Display::on_terminal() && !choice.plain);
  const RunResult result =
      train({loaded.experiment, *loaded.catalogue, loaded.document.source, command_line(), existing(choice),
             choice.folder, choice.profile, choice.origin.empty() ? choice.file : choice.origin},
            display);
  display.on_notice(closing_line(result));
  if (result.status == RunStatus::stopped) display.on_notice("go on with the same command and --resume");
  return exit_code(result.status);
}

}  // namespace

void add_run(CLI::App& program, Action& action) {
  auto choice = std::make_shared<RunChoice>();
  CLI::App* command = program.add_subcommand("run", "Trains, evaluates and records one experiment");
  choice->add_to(*command);
  command->add_option("FILE", choice->file, "The experiment's TOML file")->required();
  command->add_option("--set", choice->sets, "Changes a key: --set target.tau=0.9 (may be repeated)")
      ->type_name("KEY=VALUE");
  command->add_flag("--print", choice->print, "Prints the experiment with every default filled in, and stops");
  auto* resume = command->add_flag("--resume", choice->resume,
                                   "Goes on with the run from its last checkpoint, also for longer or with more "
                                   "evaluators than before, as a run of its own; fails if there is none");
  auto* go_on = command
                    ->add_flag("--go-on", choice->go_on,
                               "The same if there is this very run, and begins it if there is none: for scripts")
                    ->excludes(resume);
  command->add_flag("--replace", choice->replace, "Moves an earlier run of this very experiment aside")
      ->excludes(resume)
      ->excludes(go_on);
  command
      ->add_option("--profile", choice->profile,
                   "Shows where the time of steps 6 to 15 of this start goes, and writes a trace for ui.perfetto.dev")
      ->type_name("FILE.json");
  command
      ->add_option("--locked", choice->locked,
                   "Insists on just the plugin libraries (version, sealed SHA-256) that this run used")
      ->type_name("RUN");
  command->add_option("--folder", choice->folder,
                      "The run's own folder, instead of one named after the run in [run] output");
  command
      ->add_option("--origin", choice->origin,
                   "The file that FILE was made from (a sweep's): the record names the commit of its folder")
      ->type_name("FILE");
  command->add_flag("--plain", choice->plain, "Plain lines, even on a terminal");
  command->callback([choice, &action] { action = [choice] { return run(*choice); }; });
}

}  // namespace byolab
