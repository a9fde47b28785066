#pragma once

#include <functional>
#include <string>

#include "byolab/abi.hpp"

namespace byolab {

/// Prints one line that names the plugin that ran when the process crashed (SIGSEGV, SIGBUS, SIGFPE, SIGILL,
/// SIGABRT), stack overflow included, then lets the process die as it would have. A plugin that ends the process with
/// exit() is named as well, and the exit code is 1, whatever it was to be. To be called again after a fork, if the new
/// process calls plugins.
BYOLAB_API void install_crash_reports();

/// For as long as it lives, a record is open: exit(), from wherever, is no end that the host wants. `ended` is called
/// on the thread that called exit(), with a sentence; then the process ends with exit code 1.
class BYOLAB_API ExitWatch {
 public:
  explicit ExitWatch(std::function<void(const std::string& sentence)> ended);
  ~ExitWatch();
  ExitWatch(const ExitWatch&) = delete;
  ExitWatch& operator=(const ExitWatch&) = delete;
};

/// All is done and written; what still runs are static destructors, those of plugin libraries too. One that crashes or
/// does not come back is said to be one, and changes nothing of the exit code `code` if it hangs.
BYOLAB_API void leave_with(int code);

}  // namespace byolab
