#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "byolab/error.hpp"

namespace byolab {

/// How a program is to be started.
struct Command {
  std::vector<std::string> words;
  std::map<std::string, std::string> environment;  ///< beside this process's own
  std::filesystem::path log;                       ///< gets what it prints, at the end of what is there
  int nice = 0;                                    ///< added to this process's own
};

/// Starts a program in a process group of its own, so that Ctrl-C reaches this process alone, with nothing to
/// read from. If this process dies, however that happens, the program gets SIGTERM. Throws Error.
BYOLAB_API pid_t start(const Command& command);

/// How a process ended: "exit code 1", "killed by SIGSEGV".
std::string end_text(int wait_status);

/// The last line of a log that says something, or its error if there is one; of what was written from `begin` on.
std::string last_words(const std::filesystem::path& log, std::uintmax_t begin);

/// The file of this program.
BYOLAB_API std::filesystem::path own_program();

}  // namespace byolab
