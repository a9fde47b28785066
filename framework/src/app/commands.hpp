#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "boundary/search.hpp"

namespace byolab {

constexpr int kFailed = 1, kWrongInput = 2, kDiverged = 3, kCollapsed = 4, kStopped = 130;

/// What is left to do once the command line is read: the chosen subcommand's work, giving the exit code.
using Action = std::function<int()>;

/// Options that every subcommand with plugins takes.
struct PluginSearch {
  std::vector<std::filesystem::path> folders;  ///< --plugin-path
  bool no_installed = false;                   ///< --no-installed-plugins
  void add_to(CLI::App& command);
  std::vector<SearchFolder> search(const std::vector<std::filesystem::path>& experiment = {}) const;
};

// One for each subcommand: adds it to the program, and sets `action` if it is chosen.
void add_run(CLI::App& program, Action& action);
void add_demo(CLI::App& program, Action& action);
void add_plugin(CLI::App& program, Action& action);
void add_schema(CLI::App& program, Action& action);
void add_show(CLI::App& program, Action& action);
void add_sweep(CLI::App& program, Action& action);
void add_repair(CLI::App& program, Action& action);
void add_compare(CLI::App& program, Action& action);
void add_claims(CLI::App& program, Action& action);
void add_export(CLI::App& program, Action& action);
void add_report(CLI::App& program, Action& action);
void add_watch(CLI::App& program, Action& action);

/// The command line as it was typed, for the record.
const std::string& command_line();

}  // namespace byolab
