#include <fmt/format.h>

#include <algorithm>

#include "app/commands.hpp"
#include "app/run_paths.hpp"
#include "record/lock.hpp"
#include "record/run_reader.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

/// "running", and for a record whose writer is gone, what to do.
std::string status_of(const fs::path& record, const std::string& status) {
  return status == "running" && is_abandoned(record.parent_path()) ? "killed (go on with --resume)" : status;
}

/// The newest value of each column of each group.
int show_run(fs::path run) {
  run = record_of(run);
  RunContents contents = read_contents(run);
  contents.attributes["status"] = status_of(run, contents.attributes["status"]);
  fmt::print("{}\n", run.string());
  for (const auto& [name, value] : contents.attributes) fmt::print("  {:<14} {}\n", name, value);
  const History history = read_history(run);
  for (const GroupSpec& spec : contents.groups)
    for (const GroupHistory& rows : history) {
      if (rows.group != spec.group) continue;
      fmt::print("{}  ({} rows)\n", spec.group, rows.steps.size());
      if (rows.steps.empty()) continue;
      fmt::print("  {:<28} {}\n", spec.scale, rows.steps.back());
      for (std::size_t i = 0; i < spec.columns.size(); ++i)
        fmt::print("  {:<28} {:<12.6g} {:<10} {}\n", spec.columns[i].name, rows.columns[i].back(), spec.columns[i].unit,
                   spec.columns[i].meaning);
    }
  return 0;
}

/// "ema-1a2b3c4d  finished  seed 0  step 936  knn top1 41.3  linear top1 49.0"
void show_line(const fs::path& run) {
  const std::string name = run.parent_path().filename().string();
  try {
    RunContents contents = read_contents(run);
    std::string line = fmt::format("{:<36} {:<10} seed {:<4}", name, status_of(run, contents.attributes["status"]), contents.attributes["seed"]);
    for (const GroupHistory& rows : read_history(run)) {
      if (rows.steps.empty() || rows.group == "timing") continue;
      if (rows.group == "metrics/train") line += fmt::format(" step {:<7}", rows.steps.back() + 1);
      for (std::size_t i = 0; i < rows.names.size(); ++i)
        if (rows.names[i] == "top1")
          line += fmt::format(" {} {:.1f} %", fs::path(rows.group).filename().string(), rows.columns[i].back());
    }
    fmt::print("{}\n", line);
  } catch (const Error& error) {
    fmt::print("{:<36} {}\n", name, error.what());
  }
}

int show(const fs::path& path) {
  if (!fs::is_directory(path)) return show_run(path);
  if (fs::exists(path / "run.h5")) return show_run(path / "run.h5");
  std::vector<fs::path> runs;
  for (const auto& entry : fs::directory_iterator(path))
    if (fs::exists(entry.path() / "run.h5")) runs.push_back(entry.path() / "run.h5");
  if (runs.empty()) throw Error(path.string() + " holds no run", "name a run's folder, a run.h5, or a folder of runs");
  std::sort(runs.begin(), runs.end());
  for (const fs::path& run : runs) show_line(run);
  return 0;
}

}  // namespace

void add_show(CLI::App& program, Action& action) {
  auto run = std::make_shared<std::filesystem::path>();
  CLI::App* command = program.add_subcommand("show", "A run's status and the newest value of each of its metrics; or a line for each run of a folder");
  command->add_option("RUN", *run, "A run's folder, its run.h5, or a folder of runs")->required();
  command->callback([run, &action] { action = [run] { return show(*run); }; });
}

}  // namespace byolab
