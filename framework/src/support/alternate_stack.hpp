#pragma once

#include <cstddef>

#include "byolab/abi.hpp"

namespace byolab {

/// A second stack for this thread's signal handlers, so that a stack overflow can be told. For the life of the
/// object, on the thread that made it; does nothing on a thread that has such a stack already.
class BYOLAB_API AlternateStack {
 public:
  AlternateStack();
  ~AlternateStack();
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;

 private:
  void* memory_ = nullptr;
};

}  // namespace byolab
