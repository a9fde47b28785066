#include "plugins/guard.hpp"

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>

namespace byolab {
namespace {

/// What a thread runs. Its own thread writes it, a signal handler on that thread and the watchdog read it.
struct Running {
  std::atomic<const Callee*> callee = nullptr;
  std::atomic<const char*> call = nullptr;
  std::atomic<std::int64_t> step = -1;
  std::atomic<std::uint64_t> number = 0;  ///< calls begun so far
  std::uint64_t thread = 0;               ///< 0: this thread has called no plugin yet
};
constinit thread_local Running running;

constexpr auto kRelaxed = std::memory_order_relaxed;

/// All threads that ever called a plugin and live.
struct Threads {
  std::mutex mutex;
  std::vector<Running*> all;
  std::uint64_t count = 0;
};
Threads& threads() {
  static auto& made = *new Threads;  // outlives every thread
  return made;
}

/// Takes this thread out of the list when it ends.
struct Leaver {
  ~Leaver() {
    const std::lock_guard lock(threads().mutex);
    std::erase(threads().all, &running);
  }
};

void join_threads() {
  thread_local const Leaver leaver;
  const std::lock_guard lock(threads().mutex);
  threads().all.push_back(&running);
  running.thread = ++threads().count;
}

/// From a signal handler, in which almost nothing may be called.
void put(const char* text) { [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, std::strlen(text)); }

const char* signal_name(int number) {
  switch (number) {
    case SIGSEGV:
      return "segmentation fault";
    case SIGBUS:
      return "bus error";
    case SIGFPE:
      return "arithmetic fault";
    case SIGILL:
      return "illegal instruction";
    default:
      return "abort";
  }
}

/// Digits by hand: printf may not be called here.
void put_number(std::int64_t number) {
  char digits[21] = "";
  char* at = digits + 20;
  do *--at = static_cast<char>('0' + number % 10);
  while ((number /= 10) > 0);
  put(at);
}

void put_running() {
  const Callee* callee = running.callee.load(kRelaxed);
  if (!callee) return put("the host");
  put(name_of(callee->kind));
  put(" '");
  put(callee->name.c_str());
  put("' (");
  put(callee->library.c_str());
  put(") in ");
  put(running.call.load(kRelaxed));
  const std::int64_t step = running.step.load(kRelaxed);
  if (step < 0) return;
  put(" at step ");
  put_number(step);
}

void report_crash(int number) {
  put("\nbyolab: ");
  put_running();
  put(" crashed (");
  put(signal_name(number));
  put("). What was logged until the last flush is safe: `byolab repair RUN` opens it, `--resume` goes on.\n");
  ::signal(number, SIG_DFL);
  ::raise(number);
}

constexpr char kOutOfMemoryAdvice[] =
    "lower [run] batch_size (accumulate keeps the images of a step), use a smaller network or smaller views";

/// LibTorch's CPU allocator throws a plain c10::Error, told by its text alone.
bool is_out_of_memory(const std::string& text) {
  return text.find("can't allocate memory") != std::string::npos || text.find("not enough memory") != std::string::npos ||
         text.find("out of memory") != std::string::npos;
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

}  // namespace

CallScope::CallScope(const Callee& callee, const char* call, std::int64_t step)
    : outermost_(!running.callee.load(kRelaxed)) {
  if (!outermost_) return;  // a plugin that holds others stays the one that is named
  if (running.thread == 0) join_threads();
  running.call.store(call, kRelaxed);
  running.step.store(step, kRelaxed);
  running.number.store(running.number.load(kRelaxed) + 1, kRelaxed);
  running.callee.store(&callee, std::memory_order_release);
}

CallScope::~CallScope() {
  if (outermost_) running.callee.store(nullptr, kRelaxed);
}

std::vector<RunningCall> running_calls() {
  const std::lock_guard lock(threads().mutex);
  std::vector<RunningCall> calls;
  for (const Running* one : threads().all) {
    const Callee* callee = one->callee.load(std::memory_order_acquire);
    if (!callee) continue;
    const std::int64_t step = one->step.load(kRelaxed);
    calls.push_back({one->thread, one->number.load(kRelaxed),
                     fmt::format("{} '{}' ({}) in {}{}", name_of(callee->kind), callee->name,
                                 std::filesystem::path(callee->library).filename().string(), one->call.load(kRelaxed),
                                 step < 0 ? "" : fmt::format(" at step {}", step))});
  }
  return calls;
}

void install_crash_reports() {
  // A stack of its own, so that a stack overflow can be told as well. Lives as long as the process.
  static char stack[64 * 1024];
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof stack;
  ::sigaltstack(&alternate, nullptr);
  struct sigaction action {};
  action.sa_handler = &report_crash;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND;
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaction(number, &action, nullptr);
}

void rethrow_with(const Callee& callee, const char* call, std::int64_t step) {
  std::string where = fmt::format("{} '{}' ({}) failed in {}", name_of(callee.kind), callee.name,
                                  std::filesystem::path(callee.library).filename().string(), call);
  if (step >= 0) where += fmt::format(" at step {}", step);
  try {
    throw;
  } catch (const Error& error) {
    throw Error(where + ": " + error.what(), error.hint());
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    if (is_out_of_memory(text)) throw Error(where + ": memory is exhausted (" + last_line(text) + ")", kOutOfMemoryAdvice);
    throw Error(where + ": " + text);
  } catch (const std::bad_alloc&) {
    throw Error(where + ": memory is exhausted", kOutOfMemoryAdvice);
  } catch (const std::exception& error) {
    throw Error(where + ": " + error.what());
  } catch (...) {
    throw Error(where + ": it threw something that is no std::exception");
  }
}

}  // namespace byolab
