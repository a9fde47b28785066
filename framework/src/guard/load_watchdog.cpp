#include "guard/load_watchdog.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "guard/watchdog.hpp"

namespace byolab {
namespace {

constexpr double kSeconds = 60;
constexpr double kPatience = 5;  // without a word

double limit() {
  if (std::getenv("BYOLAB_SANITIZER")) return 0;  // that of threads sees the host's threads, but not what they lock
  const char* wanted = std::getenv("BYOLAB_LOAD_WATCHDOG");
  return wanted ? std::strtod(wanted, nullptr) : kSeconds;
}

void end(const std::string& call, double seconds) {
  std::fprintf(stderr, "\nerror: %s did not come back within %g s\n", call.c_str(), seconds);
  std::fputs(
      "  fix: take the library out of the search path; if it only is slow, give it more time: "
      "BYOLAB_LOAD_WATCHDOG=SECONDS\n",
      stderr);
  std::fflush(nullptr);
  ::_exit(1);
}

void say(const std::string& call, double seconds) {
  std::fprintf(stderr, "waiting for %s (it may take %g s)\n", call.c_str(), seconds);
}

// Never ended: static destructors may hang, too.
std::atomic<Watchdog*> watchdog = nullptr, impatient = nullptr;

}  // namespace

void watch_loading() {
  static std::once_flag once;
  std::call_once(once, [] {
    const double seconds = limit();
    const auto loading = [](const RunningCall& call) { return call.loading; };
    if (seconds > 0)
      watchdog = new Watchdog(
          seconds, [seconds](const std::string& call) { end(call, seconds); }, loading);
    if (seconds > kPatience)
      impatient = new Watchdog(
          kPatience, [seconds](const std::string& call) { say(call, seconds); }, loading);
  });
}

}  // namespace byolab
