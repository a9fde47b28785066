#include "guard/guard.hpp"

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "guard/running.hpp"
#include "support/alternate_stack.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

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

/// In a plugin's call a process was forked: the child is the plugin's, and has no business in the host.
std::atomic<bool> strayed = false;
void note_stray() {
  if (running.callee.load(kRelaxed)) strayed = true;
  threads().mutex.unlock();
}

void set_running(const Outer& call) {
  running.call.store(call.call, kRelaxed);
  running.step.store(call.step, kRelaxed);
  running.number.store(call.number, kRelaxed);
  running.callee.store(call.callee, std::memory_order_release);
}

/// A call ends, and with it, perhaps, what it points to. Either the reader sees that it has ended, or it is seen here
/// that somebody reads: both sides write first and read then, in one order for all threads.
void return_to(const Outer& call) {
  running.callee.store(call.callee, std::memory_order_seq_cst);
  while (running.read.load(std::memory_order_seq_cst)) std::this_thread::yield();
  set_running(call);
}

/// Keeps a thread within its call while another thread reads about it.
class Reading {
 public:
  explicit Reading(Running& one) : one_(one) { one_.read.store(true, std::memory_order_seq_cst); }
  ~Reading() { one_.read.store(false, std::memory_order_release); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  Running& one_;
};

constexpr char kOutOfMemoryAdvice[] =
    "lower [run] batch_size (accumulate keeps the images of a step), use a smaller network or smaller views";

/// Of the words of an exception: a message is to be read.
constexpr std::size_t kMostWords = 2000;

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

constinit thread_local Running running;

Threads& threads() {
  static auto& made = *new Threads;  // outlives every thread
  return made;
}

std::string call_text(const Running& one, const Callee& callee) {
  const std::int64_t step = one.step.load(kRelaxed);
  const char* call = one.call.load(kRelaxed);  // null if it has just ended
  return text_of(callee) + " in " + (call ? call : "a call") + (step < 0 ? "" : fmt::format(" at step {}", step));
}

void watch_forks() {
  ::pthread_atfork([] { threads().mutex.lock(); }, [] { threads().mutex.unlock(); }, &note_stray);
}

CallScope::CallScope(const Callee& callee, const char* call, std::int64_t step) : noted_(outer.depth < kDeepest) {
  if (!noted_) return;
  if (running.thread == 0) join_threads();
  outer.calls[outer.depth++] = {running.callee.load(kRelaxed), running.call.load(kRelaxed), running.step.load(kRelaxed),
                                running.number.load(kRelaxed)};
  set_running({&callee, call, step, ++outer.begun});
}

CallScope::~CallScope() {
  if (strayed.load(kRelaxed)) {
    std::fprintf(stderr, "\nbyolab: %s forked a process that came back into the host: it ends here.\n",
                 call_text(running, *running.callee.load(kRelaxed)).c_str());
    ::_exit(1);
  }
  if (noted_) return_to(outer.calls[--outer.depth]);
}

const Callee* callee_of_call() { return running.callee.load(kRelaxed); }

bool is_in_call() { return callee_of_call() != nullptr; }

void hand_call_to(const Callee& callee) {
  if (is_in_call()) running.callee.store(&callee, std::memory_order_release);
}

std::int64_t step_of_call() { return is_in_call() ? running.step.load(kRelaxed) : -1; }

std::vector<RunningCall> running_calls() {
  const std::lock_guard lock(threads().mutex);
  std::vector<RunningCall> calls;
  for (Running* one : threads().all) {
    const Reading reading(*one);
    const Callee* callee = one->callee.load(std::memory_order_seq_cst);
    if (!callee) continue;
    const std::uint64_t number = one->number.load(kRelaxed);
    const char* call = one->call.load(kRelaxed);
    const bool loading =
        callee->name.empty() || callee->kind == Kind::schedule || (call && std::string_view(call) == kDescribing);
    calls.push_back({one->thread, number, loading, call_text(*one, *callee)});
  }
  return calls;
}

std::string text_of(const Callee& callee) {
  const std::string library = shown(std::filesystem::path(callee.library).filename());
  if (callee.name.empty()) return "plugin library " + library;
  return fmt::format("{} '{}' ({})", name_of(callee.kind), callee.name, library);
}

namespace {

/// An error that names the plugin in which it happened. Where one plugin called another through the host, the inner
/// one is to be named, and named once.
class Told final : public Error {
 public:
  using Error::Error;
};

}  // namespace

std::string words_of(const std::exception& error) {
  const auto* torch = dynamic_cast<const c10::Error*>(&error);
  const char* words = torch ? torch->what_without_backtrace() : error.what();
  return words ? words : "";
}

void rethrow_with(const Callee& callee, const char* call, std::int64_t step) {
  std::string where = fmt::format("{} failed in {}", text_of(callee), call);
  if (step >= 0) where += fmt::format(" at step {}", step);
  try {
    throw;
  } catch (const Told&) {
    throw;
  } catch (const Error& error) {
    throw Told(where + ": " + shortened(error.what(), kMostWords), shortened(error.hint(), kMostWords));
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    if (is_out_of_memory(text))
      throw Told(where + ": memory is exhausted (" + last_line(text) + ")", kOutOfMemoryAdvice);
    throw Told(where + ": " + shortened(text, kMostWords));
  } catch (const std::bad_alloc&) {
    throw Told(where + ": memory is exhausted", kOutOfMemoryAdvice);
  } catch (const std::exception& error) {
    const char* words = error.what();  // an author's own class may give none
    throw Told(where + ": " + (words ? shortened(words, kMostWords) : "it threw an exception without words"));
  } catch (...) {
    throw Told(where + ": it threw something that is no std::exception");
  }
}

}  // namespace byolab
