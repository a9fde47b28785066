#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/run_paths.hpp"
#include "record/run_reader.hpp"

namespace byolab {
namespace {

/// The newest value of each column of each group.
int show_run(std::filesystem::path run) {
  run = record_of(run);
  const RunContents contents = read_contents(run);
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

}  // namespace

void add_show(CLI::App& program, Action& action) {
  auto run = std::make_shared<std::filesystem::path>();
  CLI::App* command = program.add_subcommand("show", "A run's status and the newest value of each of its metrics");
  command->add_option("RUN", *run, "The run's folder, or its run.h5")->required();
  command->callback([run, &action] { action = [run] { return show_run(*run); }; });
}

}  // namespace byolab
