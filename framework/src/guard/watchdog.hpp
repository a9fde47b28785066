#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "guard/guard.hpp"

namespace byolab {

/// Looks, from a thread of its own, whether one call into a plugin goes on for longer than a limit, in whichever
/// thread.
class BYOLAB_API Watchdog {
 public:
  using Choice = std::function<bool(const RunningCall&)>;
  /// `found` is called once, on the watchdog's thread: "… in update() at step 1200". `seconds` 0: nobody watches.
  /// `watched`: which calls; all if it is empty.
  Watchdog(double seconds, std::function<void(const std::string& call)> found, Choice watched = {});
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void watch(double seconds);

  std::function<void(const std::string&)> found_;
  Choice watched_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace byolab
