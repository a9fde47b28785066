#include "sweep/trial_state.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "checkpoint/part_files.hpp"
#include "record/lock.hpp"
#include "support/hash.hpp"
#include "sweep/text_file.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

/// The file is only ever added to, a line at a time: "start TIME HOST PROCESS" and "failed TIME REASON".
struct Tries {
  std::int64_t starts = 0;
  std::optional<std::string> failure;  ///< of the newest try
};

Tries read_tries(const fs::path& folder) {
  Tries tries;
  std::ifstream file(folder / "tries.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("start ")) {
      ++tries.starts;
      tries.failure.reset();
    } else if (line.starts_with("failed ") && line.size() > 28) {
      tries.failure = line.substr(28);  // "failed 2025-01-31T12:00:00Z "
    }
  }
  return tries;
}

std::string time_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

void add_line(const fs::path& folder, const std::string& line) { append_text(folder / "tries.txt", line); }

/// Every start writes it anew.
void write_toml(const Trial& trial) {
  write_text(trial.folder / "trial.toml", fmt::format("# {}, seed {}{}{}\n{}", trial.label, trial.seed,
                                                      trial.settings.empty() ? "" : "; ", trial.settings, trial.toml));
}

TrialStatus status_of(const std::string& record) {
  if (record == "finished") return TrialStatus::done;
  for (const TrialStatus status :
       {TrialStatus::collapsed, TrialStatus::diverged, TrialStatus::failed, TrialStatus::stopped})
    if (record == name_of(status)) return status;
  return TrialStatus::lost;  // "running", and nobody writes it
}

}  // namespace

const char* name_of(TrialStatus status) {
  constexpr const char* kNames[] = {"waiting", "running", "stopped", "lost", "failed", "done", "collapsed", "diverged"};
  return kNames[static_cast<int>(status)];
}

TrialState look_at(const Trial& trial) {
  TrialState state;
  const Tries tries = read_tries(trial.folder);
  state.tries = tries.starts;
  const std::optional<std::string> writer = writer_of(trial.folder);
  const fs::path record = trial.folder / "run.h5";
  std::error_code none;
  if (fs::exists(record, none)) try {
      state.run = read_summary(record);
      // Moved or copied here by somebody: not this trial's.
      if (state.run->run_id != trial.id) state.run.reset();
    } catch (const std::exception&) {
      // A record that was torn: the trial is lost, and goes on from its checkpoint.
    }
  if (writer) {
    state.status = TrialStatus::running;
    state.writer = *writer;
    return state;
  }
  if (state.run) state.status = status_of(state.run->status);
  if (is_result(state.status)) {
    state.reason = state.run->reason;
  } else if (tries.failure) {
    state.status = TrialStatus::failed;
    state.reason = *tries.failure;
  } else if (state.run) {
    state.reason = state.status == TrialStatus::lost ? "its process died" : state.run->reason;
  } else {
    state.status = tries.starts > 0 ? TrialStatus::lost : TrialStatus::waiting;
    if (tries.starts > 0) state.reason = "its process died before its first step";
  }
  return state;
}

bool can_resume(const Trial& trial) {
  const std::filesystem::path path = trial.folder / "checkpoint.pt";
  return !std::filesystem::exists(path) || is_whole_checkpoint(path);
}

void prepare(const Trial& trial) {
  std::error_code error;
  fs::create_directories(trial.folder, error);
  if (error)
    throw Error(fmt::format("{} cannot be made: {}", trial.folder.string(), error.message()),
                "choose another folder: --output FOLDER");
  write_toml(trial);
}

void note_start(const Trial& trial) {
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  add_line(trial.folder, fmt::format("start {} {} {}\n", time_now(), host, ::getpid()));
}

void note_failure(const Trial& trial, const std::string& reason) {
  std::string line = reason;
  std::replace(line.begin(), line.end(), '\n', ' ');
  add_line(trial.folder, fmt::format("failed {} {}\n", time_now(), line));
}

std::string plugins_digest(const std::vector<PluginInfo>& plugins) {
  std::vector<std::string> lines;
  for (const PluginInfo& plugin : plugins)
    lines.push_back(plugin.kind + " " + plugin.name + " " + plugin.sha256 + "\n");
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line;
  return hex(sha256({text})).substr(0, 8);
}

std::vector<std::string> changed_plugins(const RunSummary& run, const Plan& plan) {
  std::vector<std::string> changed;
  for (const PluginInfo& plugin : run.plugins) {
    const auto now = plan.libraries.find(plugin.kind + " " + plugin.name);
    if (now != plan.libraries.end() && now->second != plugin.sha256) changed.push_back(now->first);
  }
  return changed;
}

}  // namespace byolab
