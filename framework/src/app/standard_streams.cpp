#include "app/standard_streams.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio_ext.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>

namespace byolab {
namespace {

bool nobody_looks = false;  // what is shown could not be written

void lose_display(int reason) {
  nobody_looks = true;
  // What waits in the buffer would fail again at the end, as if it were a result.
  __fpurge(stdout);
  std::clearerr(stdout);
  std::cerr << fmt::format(
      "note: standard output cannot be written any more ({}): this goes on without showing how it "
      "stands\n",
      std::strerror(reason));
}

}  // namespace

void open_missing_streams() {
  for (int number = 0; number <= 2; ++number)
    // The lowest free number is what open gives: it is this one.
    if (::fcntl(number, F_GETFD) < 0 && errno == EBADF && ::open("/dev/null", O_RDWR) != number)
      ::_exit(127);  // no /dev/null, and nowhere to say so
}

void outlive_readers() { std::signal(SIGPIPE, SIG_IGN); }

void show_text(std::string_view text) {
  if (nobody_looks) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) lose_display(errno);
}

std::string trouble_with_output() {
  errno = 0;
  std::cout.flush();
  const bool good = std::fflush(stdout) == 0 && std::cout.good() && !std::ferror(stdout);
  if (good) return {};
  // Of a write that failed long ago the reason is forgotten: one byte more finds the same one.
  if (errno == 0 && ::write(STDOUT_FILENO, "\n", 1) == 1) return "a write failed";
  return std::strerror(errno);
}

}  // namespace byolab
