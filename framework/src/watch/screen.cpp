#include "watch/screen.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

namespace byolab {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void on_signal(int) { interrupted = 1; }

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
}

winsize size_of_terminal() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) size = {24, 100, 0, 0};
  return size;
}

void put(const char* codes) {
  std::fputs(codes, stdout);
  std::fflush(stdout);
}

}  // namespace

Screen::Screen() { put("\033[?1049h\033[?25l"); }
Screen::~Screen() { put("\033[?25h\033[?1049l"); }

std::size_t Screen::width() const { return size_of_terminal().ws_col; }
std::size_t Screen::height() const { return size_of_terminal().ws_row; }

void Screen::show(const std::vector<std::string>& lines) {
  // Each line is overwritten and its rest cleared, rather than the whole screen first, which would flicker.
  std::string text = "\033[H";
  const std::size_t count = std::min(lines.size(), height());
  for (std::size_t i = 0; i < count; ++i) text += lines[i] + "\033[K" + (i + 1 < count ? "\r\n" : "");
  put((text + "\033[J").c_str());
}

Pause::Pause() {
  interrupted = 0;
  handle(&on_signal);
}
Pause::~Pause() { handle(SIG_DFL); }

bool Pause::wait(double seconds) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (!interrupted && Clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return !interrupted;
}

}  // namespace byolab
