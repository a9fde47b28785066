#pragma once

#include "byolab/abi.hpp"

namespace byolab {

/// While it lives, SIGINT, SIGTERM and SIGHUP (the terminal is gone; not under `nohup`) ask the run to stop after the
/// running step, with a checkpoint; a second SIGINT or SIGTERM ends the process at once.
class BYOLAB_API StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Null, or the signal's name.
  static const char* received();
};

}  // namespace byolab
