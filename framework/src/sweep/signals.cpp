#include "sweep/signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace byolab {
namespace {

constexpr double kApart = 0.1;  // seconds: what comes sooner is one request (timeout signals a process, then its group)

std::atomic<int> asked{0};
std::atomic<double> asked_at{0};
std::atomic<bool> hung_up{false};  // a terminal goes once; the kernel and the shell both say so
int pipe_ends[2] = {-1, -1};       // a signal writes a byte, so that one between two looks is not slept through

double now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void on_signal(int number) {
  const int before = errno;
  const bool again = number == SIGHUP && hung_up.exchange(true);
  if (number != SIGCHLD && !again && now() - asked_at.exchange(now()) > kApart) ++asked;
  [[maybe_unused]] const auto written = ::write(pipe_ends[1], "x", 1);
  errno = before;
}

bool ignores_hang_up() {
  struct sigaction action {};
  return ::sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// `nohup` ignores SIGHUP for us, and that stays.
template <class Function>
void for_each_signal(Function&& function) {
  for (const int number : {SIGINT, SIGTERM, SIGCHLD}) function(number);
  if (!ignores_hang_up()) function(SIGHUP);
}

}  // namespace

SweepSignals::SweepSignals() {
  asked = 0;
  hung_up = false;
  asked_at = -kApart;
  if (pipe_ends[0] < 0 && ::pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) pipe_ends[0] = pipe_ends[1] = -1;
  struct sigaction action {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_RESTART;
  sigset_t awaited;
  ::sigemptyset(&awaited);
  for_each_signal([&](int number) {
    ::sigaction(number, &action, nullptr);
    ::sigaddset(&awaited, number);
  });
  ::pthread_sigmask(SIG_UNBLOCK, &awaited, nullptr);  // whoever started us may have blocked them
}

SweepSignals::~SweepSignals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for_each_signal([&](int number) { ::sigaction(number, &action, nullptr); });
}

int SweepSignals::stops() { return asked; }

void SweepSignals::wait(int milliseconds) {
  pollfd end{pipe_ends[0], POLLIN, 0};
  if (::poll(&end, 1, milliseconds) <= 0) return;
  char bytes[64];
  while (::read(pipe_ends[0], bytes, sizeof bytes) > 0) {
  }
}

}  // namespace byolab
