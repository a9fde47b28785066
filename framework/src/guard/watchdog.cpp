#include "guard/watchdog.hpp"

#include <algorithm>
#include <chrono>
#include <map>

namespace byolab {
namespace {

using Clock = std::chrono::steady_clock;

/// Since when each call has been seen. A call itself takes no time stamp: calls are many, looks are few.
class Sightings {
 public:
  Sightings(double seconds, const Watchdog::Choice& watched) : limit_(seconds), watched_(watched) {}

  /// The call that goes on for too long; empty if there is none.
  std::string look() {
    std::map<std::pair<std::uint64_t, std::uint64_t>, Clock::time_point> now;
    std::string found;
    for (const RunningCall& call : running_calls()) {
      if (watched_ && !watched_(call)) continue;
      const auto key = std::pair(call.thread, call.number);
      const auto seen = since_.find(key);
      now[key] = seen == since_.end() ? Clock::now() : seen->second;
      if (std::chrono::duration<double>(Clock::now() - now[key]).count() > limit_) found = call.text;
    }
    since_ = std::move(now);
    return found;
  }

 private:
  double limit_;
  const Watchdog::Choice& watched_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Clock::time_point> since_;
};

}  // namespace

Watchdog::Watchdog(double seconds, std::function<void(const std::string&)> found, Choice watched)
    : found_(std::move(found)), watched_(std::move(watched)) {
  if (seconds > 0) thread_ = std::thread([this, seconds] { watch(seconds); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::watch(double seconds) {
  Sightings sightings(seconds, watched_);
  const auto pause = std::chrono::duration<double>(std::clamp(seconds / 20, 0.01, 1.0));
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, pause, [this] { return ended_; }))
    if (const std::string call = sightings.look(); !call.empty()) {
      lock.unlock();
      return found_(call);
    }
}

}  // namespace byolab
