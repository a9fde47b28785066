#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "byolab/component.hpp"

namespace byolab {

/// Who a component is, for messages.
struct Callee {
  Kind kind = Kind::encoder;
  std::string name;  ///< empty: the library as such, which is being loaded
  std::string library;
};

/// "target_update 'ema' (libtargets.so)", "plugin library libtargets.so".
BYOLAB_API std::string text_of(const Callee& callee);

/// Says, for as long as it lives, which plugin this thread runs, so that a crash or a hang can name it. Costs a few
/// stores. The callee must outlive it.
class BYOLAB_API CallScope {
 public:
  CallScope(const Callee& callee, const char* call, std::int64_t step);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  bool outermost_;
};

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

/// Throws the current exception again as an Error: "target_update 'ema' (libtargets.so) failed in update() at
/// step 1200: …". Call it in a catch block. LibTorch's stack trace is cut off.
[[noreturn]] BYOLAB_API void rethrow_with(const Callee& callee, const char* call, std::int64_t step);

/// A call into a plugin that is going on in some thread.
struct RunningCall {
  std::uint64_t thread = 0, number = 0;  ///< together the same for as long as it is the same call
  std::string text;                      ///< "target_update 'ema' (libtargets.so) in update() at step 1200"
};

/// All calls that are going on. From any thread.
BYOLAB_API std::vector<RunningCall> running_calls();

/// Every call into a plugin goes through here. `step` −1: not in training.
template <class Function>
decltype(auto) guarded(const Callee& callee, const char* call, std::int64_t step, Function&& function) {
  const CallScope scope(callee, call, step);
  try {
    return std::forward<Function>(function)();
  } catch (...) {
    rethrow_with(callee, call, step);
  }
}

}  // namespace byolab
