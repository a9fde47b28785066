#pragma once

#include <string>
#include <vector>

namespace byolab {

/// Runs a program found in PATH, with more environment variables ("NAME=value") and at fixed addresses (ThreadSanitizer
/// wants that), and waits. What it prints goes to the file `log`, or, if that is empty, where this program's does.
/// Gives its exit code, 128 + signal if one ended it. Throws Error if there is no such program.
int run_process(const std::vector<std::string>& words, const std::vector<std::string>& environment,
                const std::string& log);

}  // namespace byolab
