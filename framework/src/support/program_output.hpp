#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "byolab/abi.hpp"

namespace byolab {

/// How a program that was asked something ended, and what it said.
struct ProgramOutput {
  int exit_code = -1;    ///< −1: it could not be started, was killed, or took too long
  std::string trouble;   ///< why −1: "No such file or directory"
  std::string out, err;  ///< its two streams, less the last line break

  bool good() const { return exit_code == 0; }
};

/// Runs a program, which is looked for in PATH, with nothing to read, and waits for it no longer than `limit`.
/// `environment`: "NAME=VALUE", in place of this process's own. Never throws for what the program does.
BYOLAB_API ProgramOutput ask_program(const std::vector<std::string>& words, const std::vector<std::string>& environment,
                                     std::chrono::milliseconds limit);

/// This process's environment, less the variables whose names begin with `prefix`.
BYOLAB_API std::vector<std::string> environment_less(const std::string& prefix);

}  // namespace byolab
