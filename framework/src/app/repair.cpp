#include "record/repair.hpp"

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/run_paths.hpp"

namespace byolab {
namespace {

int repair_run(const std::filesystem::path& run) {
  const Repair done = repair(record_of(run));
  if (!done.was_open)
    fmt::print("{}: nothing to repair\n", record_of(run).string());
  else
    fmt::print("{}: opens again; {} half-written rows after the last flush were cut off\n", record_of(run).string(),
               done.trimmed);
  return 0;
}

}  // namespace

void add_repair(CLI::App& program, Action& action) {
  auto run = std::make_shared<std::filesystem::path>();
  CLI::App* command =
      program.add_subcommand("repair", "Makes the record of a killed run readable; loses no flushed row");
  command->add_option("RUN", *run, "The run's folder, or its run.h5")->required();
  command->callback([run, &action] { action = [run] { return repair_run(*run); }; });
}

}  // namespace byolab
