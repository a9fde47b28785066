#include "train/stop_signal.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>

namespace byolab {
namespace {

std::atomic<int> caught{0};

void on_signal(int number) {
  if (caught.exchange(number) == 0) return;
  static constexpr char kLast[] = "\nstopped at once, without a checkpoint; --resume goes on from the last one\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kLast, sizeof kLast - 1);
  ::_exit(128 + number);
}

void handle(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  for (const int number : {SIGINT, SIGTERM}) ::sigaction(number, &action, nullptr);
}

}  // namespace

StopSignal::StopSignal() {
  caught = 0;
  handle(&on_signal);
}

StopSignal::~StopSignal() { handle(SIG_DFL); }

const char* StopSignal::received() {
  switch (caught.load()) {
    case 0: return nullptr;
    case SIGINT: return "SIGINT";
    default: return "SIGTERM";
  }
}

}  // namespace byolab
