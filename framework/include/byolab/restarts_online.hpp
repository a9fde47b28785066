#pragma once

#include "byolab/abi.hpp"
#include "byolab/step.hpp"

namespace byolab {

/// A target rule that asks for new online networks. A capability, see byolab/capability.hpp.
class __attribute__((visibility("default"))) RestartsOnline {
 public:
  virtual ~RestartsOnline();
  /// Before each step but the first: true makes the online network anew, at random weights drawn from the seed and
  /// this step's index, with a new optimizer; the target stays. Of `step` alone, so that a resumed run does the same.
  virtual bool restarts_online(const Step& step) const = 0;
};

}  // namespace byolab
