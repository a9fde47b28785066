#pragma once

#include <memory>

#include "guard/guard.hpp"

namespace byolab {

/// Notes which modules a plugin's constructor makes, for as long as it lives.
class HeldModules {
 public:
  HeldModules();
  ~HeldModules();
  HeldModules(const HeldModules&) = delete;
  HeldModules& operator=(const HeldModules&) = delete;

  /// Throws Error, for the one that holds them, if one that still lives has parameters or buffers that `holder` does
  /// not have: nothing would move them to a device, train them or keep them in checkpoints.
  void expect_in(const Component& holder, Kind kind) const;

  /// A constructor that goes on in this thread, if there is one, made a component for itself.
  static void note(const std::shared_ptr<Component>& made, std::shared_ptr<const Callee> who);

 private:
  std::size_t begin_;
};

}  // namespace byolab
