#include "guard/crash_report.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "guard/running.hpp"
#include "support/alternate_stack.hpp"
#include "support/mapped_code.hpp"

namespace byolab {
namespace {

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
  const char* call = one.call.load(kRelaxed);  // of another thread it may have ended
  put(call ? call : "a call");
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

std::atomic<int> leaving_with = -1;  ///< the exit code, once static destructors run

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
  } else if (leaving_with >= 0) {
    put("all was done and written, but a static destructor, of a plugin library or another,");
  } else if (const char* library = library_on_stack()) {
    put("plugin library ");
    put(library);
    put(", on a thread on which the host had not called it,");
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

/// A static destructor that does not come back.
void end_leaving(int) {
  put("\nbyolab: all was done and written, but a static destructor, of a plugin library or another, did not come "
      "back.\n");
  ::_exit(leaving_with);
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

}  // namespace

void install_crash_reports() {
  widen_guards();
  alignas(AlternateStack) static char stack[sizeof(AlternateStack)];  // of the main thread, as long as the process
  new (stack) AlternateStack;
  if (watched_process == 0) {
    ::on_exit(&look_at_exit, nullptr);
    std::at_quick_exit(&look_at_quick_exit);
    watch_forks();
    prepare_stack_walk();
  }
  watched_process = ::getpid();
  struct sigaction action {};
  action.sa_handler = &report_crash;
  action.sa_flags = SA_ONSTACK;
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaddset(&action.sa_mask, number);
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::sigaction(number, &action, nullptr);
}

void leave_with(int code) {
  constexpr unsigned kSeconds = 10;
  leaving_with = code;
  ::signal(SIGALRM, &end_leaving);
  ::alarm(kSeconds);
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

}  // namespace byolab
