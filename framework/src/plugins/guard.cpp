#include "plugins/guard.hpp"

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "support/alternate_stack.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

/// What a thread runs. Its own thread writes it, a signal handler on that thread and the watchdog read it.
struct Running {
  std::atomic<const Callee*> callee = nullptr;
  std::atomic<const char*> call = nullptr;
  std::atomic<std::int64_t> step = -1;
  std::atomic<std::uint64_t> number = 0;  ///< of the call, among this thread's
  std::uint64_t thread = 0;               ///< 0: this thread has called no plugin yet
};
constinit thread_local Running running;

/// A call from which the host was called, which calls a plugin in its turn: an evaluator asks for features. The
/// innermost is the one that is named.
struct Outer {
  const Callee* callee;
  const char* call;
  std::int64_t step;
  std::uint64_t number;
};
constexpr std::size_t kDeepest = 16;
constinit thread_local struct {
  std::array<Outer, kDeepest> calls{};
  std::size_t depth = 0;
  std::uint64_t begun = 0;  ///< calls begun so far
} outer;

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
  AlternateStack stack;  // a stack overflow is told on every thread that calls plugins
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

void put_callee(const Callee& callee) {
  if (callee.name.empty()) {
    put("plugin library ");
    return put(callee.library.c_str());
  }
  put(name_of(callee.kind));
  put(" '");
  put(callee.name.c_str());
  put("' (");
  put(callee.library.c_str());
  put(")");
}

void put_call(const Running& one) {
  put(one.call.load(kRelaxed));
  const std::int64_t step = one.step.load(kRelaxed);
  if (step < 0) return;
  put(" at step ");
  put_number(step);
}

/// A thread that works for a plugin (a piece of its parallel loop) is in no call itself: those who are, are named.
void put_others() {
  if (!threads().mutex.try_lock()) return;
  for (const Running* one : threads().all)
    if (const Callee* callee = one->callee.load(std::memory_order_acquire)) {
      put(", while ");
      put_callee(*callee);
      put(" was in ");
      put_call(*one);
    }
}

std::atomic<bool> recording = false;  ///< there is an ExitWatch

constexpr char kSafe[] =
    " What was logged until the last flush is safe: `byolab repair RUN` opens it, `--resume` goes on.";

/// Blocks all that it is called for, so that a crash of its own ends the process.
void report_crash(int number) {
  static std::atomic<bool> reporting = false;
  while (reporting.exchange(true)) ::pause();  // two threads crash at once: one is told of, and ends both
  put("\nbyolab: ");
  const Callee* callee = running.callee.load(kRelaxed);
  if (callee) {
    put_callee(*callee);
    put(" in ");
    put_call(running);
  } else {
    put("the host");
  }
  put(" crashed (");
  put(signal_name(number));
  put(")");
  if (!callee) put_others();
  put(".");
  if (recording) put(kSafe);
  put("\n");
  ::signal(number, SIG_DFL);
  ::raise(number);
}

/// A function with large frames may step over the one page that guards a thread's stack, and then writes into what lies
/// behind it. The main thread's gap is of this size, too.
void widen_guards() {
  constexpr std::size_t kGap = 1 << 20;
  pthread_attr_t attributes;
  if (::pthread_getattr_default_np(&attributes) != 0) return;
  if (::pthread_attr_setguardsize(&attributes, kGap) == 0) ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
}

/// The process whose exit is watched: a child that a plugin forked may end as it likes.
std::atomic<pid_t> watched_process = 0;
std::function<void(const std::string&)>& at_exit() {
  static auto& function = *new std::function<void(const std::string&)>;  // outlives static objects
  return function;
}

std::string call_text(const Running& one, const Callee& callee) {
  const std::int64_t step = one.step.load(kRelaxed);
  return text_of(callee) + " in " + one.call.load(kRelaxed) + (step < 0 ? "" : fmt::format(" at step {}", step));
}

/// Runs within exit(), whoever called it, before what the host's libraries have to do there.
void look_at_exit(int code, void*) {
  const Callee* callee = running.callee.load(kRelaxed);
  if (!callee && !recording) return;
  if (::getpid() != watched_process) ::_exit(code);  // what is open here is not its to close
  const std::string sentence = fmt::format("{} ended the process with exit({})",
                                           callee ? call_text(running, *callee) : std::string("something"), code);
  if (at_exit()) at_exit()(sentence);
  std::fprintf(stderr, "\nbyolab: %s.%s\n", sentence.c_str(),
               recording ? " The record says so; --resume goes on." : "");
  std::fflush(nullptr);
  ::_exit(1);
}

/// quick_exit() runs no functions of exit().
void look_at_quick_exit() { look_at_exit(0, nullptr); }

void set_running(const Outer& call) {
  running.call.store(call.call, kRelaxed);
  running.step.store(call.step, kRelaxed);
  running.number.store(call.number, kRelaxed);
  running.callee.store(call.callee, std::memory_order_release);
}

constexpr char kOutOfMemoryAdvice[] =
    "lower [run] batch_size (accumulate keeps the images of a step), use a smaller network or smaller views";

/// LibTorch's CPU allocator throws a plain c10::Error, told by its text alone.
bool is_out_of_memory(const std::string& text) {
  return text.find("can't allocate memory") != std::string::npos ||
         text.find("not enough memory") != std::string::npos || text.find("out of memory") != std::string::npos;
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

}  // namespace

CallScope::CallScope(const Callee& callee, const char* call, std::int64_t step) : outermost_(outer.depth < kDeepest) {
  if (!outermost_) return;
  if (running.thread == 0) join_threads();
  outer.calls[outer.depth++] = {running.callee.load(kRelaxed), running.call.load(kRelaxed), running.step.load(kRelaxed),
                                running.number.load(kRelaxed)};
  set_running({&callee, call, step, ++outer.begun});
}

CallScope::~CallScope() {
  if (outermost_) set_running(outer.calls[--outer.depth]);
}

std::vector<RunningCall> running_calls() {
  const std::lock_guard lock(threads().mutex);
  std::vector<RunningCall> calls;
  for (const Running* one : threads().all) {
    const Callee* callee = one->callee.load(std::memory_order_acquire);
    if (!callee) continue;
    calls.push_back({one->thread, one->number.load(kRelaxed), call_text(*one, *callee)});
  }
  return calls;
}

void install_crash_reports() {
  widen_guards();
  alignas(AlternateStack) static char stack[sizeof(AlternateStack)];  // of the main thread, as long as the process
  new (stack) AlternateStack;
  if (watched_process == 0) {
    ::on_exit(&look_at_exit, nullptr);
    std::at_quick_exit(&look_at_quick_exit);
  }
  watched_process = ::getpid();
  struct sigaction action {};
  action.sa_handler = &report_crash;
  action.sa_flags = SA_ONSTACK;
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaddset(&action.sa_mask, number);
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaction(number, &action, nullptr);
}

ExitWatch::ExitWatch(std::function<void(const std::string&)> ended) {
  watched_process = ::getpid();
  at_exit() = std::move(ended);
  // Once more: functions run in reverse order, and HDF5 closes its files in one that came after the first.
  ::on_exit(&look_at_exit, nullptr);
  recording = true;
}

ExitWatch::~ExitWatch() {
  recording = false;
  at_exit() = nullptr;
}

std::string text_of(const Callee& callee) {
  const std::string library = shown(std::filesystem::path(callee.library).filename());
  if (callee.name.empty()) return "plugin library " + library;
  return fmt::format("{} '{}' ({})", name_of(callee.kind), callee.name, library);
}

void rethrow_with(const Callee& callee, const char* call, std::int64_t step) {
  std::string where = fmt::format("{} failed in {}", text_of(callee), call);
  if (step >= 0) where += fmt::format(" at step {}", step);
  try {
    throw;
  } catch (const Error& error) {
    throw Error(where + ": " + error.what(), error.hint());
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    if (is_out_of_memory(text))
      throw Error(where + ": memory is exhausted (" + last_line(text) + ")", kOutOfMemoryAdvice);
    throw Error(where + ": " + text);
  } catch (const std::bad_alloc&) {
    throw Error(where + ": memory is exhausted", kOutOfMemoryAdvice);
  } catch (const std::exception& error) {
    const char* words = error.what();  // an author's own class may give none
    throw Error(where + ": " + (words ? words : "it threw an exception without words"));
  } catch (...) {
    throw Error(where + ": it threw something that is no std::exception");
  }
}

}  // namespace byolab
