#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "byolab/component.hpp"
#include "guard/lent_state.hpp"

namespace byolab {

/// Who a component is, for messages.
struct Callee {
  Kind kind = Kind::encoder;
  std::string name;  ///< empty: the library as such, which is being loaded
  std::string library;
};

/// "target_update 'ema' (libtargets.so)", "plugin library libtargets.so".
BYOLAB_API std::string text_of(const Callee& callee);

/// Says, for as long as it lives, which plugin this thread runs, so that a crash or a hang can name it; then gives
/// LibTorch's state back as it was. Costs a few stores. The callee must outlive it.
class BYOLAB_API CallScope {
 public:
  CallScope(const Callee& callee, const char* call, std::int64_t step);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  LentState lent_;
  bool noted_;  ///< false: too deep within others to be named
};

/// Whether this thread is in a plugin's call, and at which step (−1: none).
BYOLAB_API bool is_in_call();
BYOLAB_API std::int64_t step_of_call();
/// The plugin in whose call this thread is; null in none.
BYOLAB_API const Callee* callee_of_call();
/// The call goes on in another plugin's code, as a backward pass does. The callee must outlive the call.
BYOLAB_API void hand_call_to(const Callee& callee);

/// Throws the current exception again as an Error: "target_update 'ema' (libtargets.so) failed in update() at
/// step 1200: …". Call it in a catch block. LibTorch's stack trace is cut off.
[[noreturn]] BYOLAB_API void rethrow_with(const Callee& callee, const char* call, std::int64_t step);

/// What an exception says, without LibTorch's stack trace.
BYOLAB_API std::string words_of(const std::exception& error);

/// A call into a plugin that is going on in some thread.
struct RunningCall {
  std::uint64_t thread = 0, number = 0;  ///< together the same for as long as it is the same call
  bool loading = false;  ///< what never takes long: a library's loading, what says what options there are, a schedule
  std::string text;      ///< "target_update 'ema' (libtargets.so) in update() at step 1200"
};

/// All calls that are going on. From any thread.
BYOLAB_API std::vector<RunningCall> running_calls();

/// The call in which a plugin says what options it has. Nothing that takes long belongs there, as in a library's
/// loading.
inline constexpr const char* kDescribing = "describe()";

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
