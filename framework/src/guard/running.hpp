#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "guard/guard.hpp"

namespace byolab {

// What the guard and the crash reports share.

inline constexpr auto kRelaxed = std::memory_order_relaxed;

/// What a thread runs. Its own thread writes it, a signal handler on that thread and the watchdog read it.
struct Running {
  std::atomic<const Callee*> callee = nullptr;
  std::atomic<const char*> call = nullptr;
  std::atomic<std::int64_t> step = -1;
  std::atomic<std::uint64_t> number = 0;  ///< of the call, among this thread's
  std::atomic<bool> read = false;         ///< another thread reads it: what it points to must not end
  std::uint64_t thread = 0;               ///< 0: this thread has called no plugin yet
};
extern constinit thread_local Running running;

/// All threads that ever called a plugin and live.
struct Threads {
  std::mutex mutex;
  std::vector<Running*> all;
  std::uint64_t count = 0;
};
Threads& threads();

/// "target_update 'ema' (libtargets.so) in update() at step 1200".
std::string call_text(const Running& one, const Callee& callee);

/// A fork must find the list of threads free; and what is forked in a plugin's call has no business in the host.
void watch_forks();

}  // namespace byolab
