#include "train/stop_signal.hpp"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace byolab {
namespace {

std::atomic<int> caught{0};
std::atomic<std::int64_t> when{0};  // milliseconds of the monotonic clock

std::int64_t now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
}

/// The death of a sweep's launcher is signalled once for each thread that it had: so much SIGTERM within a second is
/// one request. A terminal goes once, and both the kernel and the shell say so.
bool repeats(int before, int number) {
  return number == SIGHUP || (before != SIGINT && number == SIGTERM && now() - when < 1000);
}

void on_signal(int number) {
  const int before = caught.exchange(number);
  if (before == 0) when = now();
  if (before == 0 || repeats(before, number)) return;
  static constexpr char kLast[] = "\nstopped at once, without a checkpoint; --resume goes on from the last one\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kLast, sizeof kLast - 1);
  ::_exit(128 + number);
}

/// `nohup` ignores SIGHUP for us, and that stays.
bool is_ignored(int number) {
  struct sigaction action {};
  return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  for (const int number : {SIGINT, SIGTERM, SIGHUP})
    if (number != SIGHUP || !is_ignored(SIGHUP)) ::sigaction(number, &action, nullptr);
}

}  // namespace

StopSignal::StopSignal() {
  caught = 0;
  handle(&on_signal);
}

StopSignal::~StopSignal() { handle(SIG_DFL); }

const char* StopSignal::received() {
  switch (caught.load()) {
    case 0:
      return nullptr;
    case SIGINT:
      return "SIGINT";
    case SIGHUP:
      return "SIGHUP";
    default:
      return "SIGTERM";
  }
}

}  // namespace byolab
