#pragma once

#include "byolab/abi.hpp"

namespace byolab {

/// While it lives, SIGINT, SIGTERM and the first SIGHUP (not under `nohup`) are counted instead of ending the process,
/// and a child's end is noticed.
class SweepSignals {
 public:
  SweepSignals();
  ~SweepSignals();
  SweepSignals(const SweepSignals&) = delete;
  SweepSignals& operator=(const SweepSignals&) = delete;

  /// How often the user asked to stop.
  static int stops();
  /// Returns at the next signal, or after so many milliseconds.
  static void wait(int milliseconds);
};

}  // namespace byolab
