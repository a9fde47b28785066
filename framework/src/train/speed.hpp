#pragma once

#include <chrono>
#include <cstdint>

namespace byolab {

/// Images per second over about the last second: a single step says little.
class Speed {
 public:
  void add(std::int64_t images) {
    images_ += images;
    if (const double span = std::chrono::duration<double>(Clock::now() - since_).count(); span > 1 || value_ == 0) {
      value_ = static_cast<double>(images_) / span;
      images_ = 0;
      since_ = Clock::now();
    }
  }
  void restart() { *this = Speed{}; }
  double value() const { return value_; }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point since_ = Clock::now();
  std::int64_t images_ = 0;
  double value_ = 0;
};

}  // namespace byolab
