#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/run_paths.hpp"
#include "record/lock.hpp"
#include "record/run_reader.hpp"
#include "report/trial.hpp"
#include "support/text.hpp"

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
  fmt::print("{}\n", shown(run));
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

std::string unit_of(const RunContents& contents, const std::string& group, const std::string& name) {
  for (const GroupSpec& spec : contents.groups)
    for (const Series& column : spec.columns)
      if (spec.group == group && column.name == name) return column.unit;
  return {};
}

/// "41.3 %", or "0.413" of an evaluator that counts in shares.
std::string top1_text(float value, const std::string& unit) {
  return unit == "%" ? fmt::format("{:.1f} %", value) : fmt::format("{:.4g}", value);
}

/// "ema-1a2b3c4d  finished  seed 0  step 936  knn top1 41.3  linear top1 49.0"
void show_line(const fs::path& run) {
  const std::string name = run.parent_path().filename().string();
  try {
    RunContents contents = read_contents(run);
    std::string line = fmt::format("{:<36} {:<10} seed {:<4}", name, status_of(run, contents.attributes["status"]),
                                   contents.attributes["seed"]);
    for (const GroupHistory& rows : read_history(run)) {
      if (rows.steps.empty() || rows.group == "timing") continue;
      if (rows.group == "metrics/train") line += fmt::format(" step {:<7}", rows.steps.back() + 1);
      for (std::size_t i = 0; i < rows.names.size(); ++i)
        if (rows.names[i] == "top1")
          line += fmt::format(" {} {}", fs::path(rows.group).filename().string(),
                              top1_text(rows.columns[i].back(), unit_of(contents, rows.group, rows.names[i])));
    }
    fmt::print("{}\n", line);
  } catch (const Error& error) {
    fmt::print("{:<36} {}\n", name, printable(error.what()));
  }
}

int show_all(const std::vector<fs::path>& words) {
  if (words.size() == 1 && fs::exists(record_of(words[0])) && !is_sweep_file(words[0])) return show_run(words[0]);
  for (const fs::path& run : find_records(words)) show_line(run);
  return 0;
}

}  // namespace

void add_show(CLI::App& program, Action& action) {
  auto runs = std::make_shared<std::vector<fs::path>>();
  CLI::App* command = program.add_subcommand(
      "show", "A run's status and the newest value of each of its metrics; or a line for each of several runs");
  command->add_option("RUN", *runs, "Runs (folders or run.h5), folders of runs, sweeps")->required();
  command->callback([runs, &action] { action = [runs] { return show_all(*runs); }; });
}

}  // namespace byolab
