#include "app/program.hpp"

#include <fmt/format.h>

#include <csignal>
#include <iostream>

#include "app/commands.hpp"
#include "app/experiment_file.hpp"
#include "app/standard_streams.hpp"
#include "guard/crash_report.hpp"
#include "guard/guard.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

std::string typed;

void remember(int count, char** words) {
  for (int i = 0; i < count; ++i) {
    const std::string word = words[i];
    const bool plain = word.find_first_of(" '\"$*\\") == std::string::npos;
    typed += (i ? " " : "") + (plain ? word : "'" + word + "'");
  }
}

int report(const std::string& sentence, const std::string& hint = {}) {
  std::cerr << "error: " << printable(sentence, true) << '\n';
  if (!hint.empty()) std::cerr << "  fix: " << printable(hint, true) << '\n';
  return kFailed;
}

int perform(const Action& action) {
  try {
    return action();
  } catch (const WrongExperiment&) {
    return kWrongInput;
  } catch (const Error& error) {
    return report(error.what(), error.hint());
  } catch (const std::bad_alloc&) {
    return report("memory is exhausted", "a smaller batch_size, or fewer data in memory");
  } catch (const std::exception& error) {
    return std::ferror(stdout) ? kFailed : report(words_of(error));  // with_output_written says what it was
  }
}

/// What was asked for and could not be written is no success.
int with_output_written(int code) {
  const std::string trouble = trouble_with_output();
  if (trouble.empty()) return code;
  report("what was asked for could not be written to standard output: " + trouble,
         "look at where it goes: the disk's free space, or the program that reads it");
  return code == 0 ? kFailed : code;
}

}  // namespace

const std::string& command_line() { return typed; }

void PluginSearch::add_to(CLI::App& command) {
  command.add_option("--plugin-path", folders, "A folder with plugin libraries, looked into first (may be repeated)")
      ->type_name("FOLDER");
  command.add_flag("--no-installed-plugins", no_installed, "Leave the plugins that came with byolab out");
}

std::vector<SearchFolder> PluginSearch::search(const std::vector<std::filesystem::path>& experiment) const {
  return search_folders(folders, experiment, !no_installed);
}

int run_program(int count, char** words) {
  open_missing_streams();
  remember(count, words);
  install_crash_reports();
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes fails the write, which then says so
  CLI::App program{"byolab: take self-supervised learning apart, one TOML file a question"};
  program.set_version_flag("--version", "byolab " BYOLAB_VERSION ", LibTorch " BYOLAB_TORCH_BUILD);
  program.require_subcommand(1);
  program.footer(
      "BYOLAB_READ_LIMIT=MB in the environment: how much memory a file that is read may take (docs/results.md)");
  Action action;
  add_run(program, action);
  add_sweep(program, action);
  add_demo(program, action);
  add_plugin(program, action);
  add_schema(program, action);
  add_show(program, action);
  add_repair(program, action);
  add_compare(program, action);
  add_claims(program, action);
  add_export(program, action);
  add_report(program, action);
  add_watch(program, action);
  try {
    program.parse(count, words);
  } catch (const CLI::ParseError& error) {
    return with_output_written(program.exit(error) == 0 ? 0 : kWrongInput);
  }
  const int code = with_output_written(perform(action));
  std::fflush(nullptr);
  leave_with(code);
  return code;
}

}  // namespace byolab
