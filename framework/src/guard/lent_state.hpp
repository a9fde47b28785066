#pragma once

#include <cstddef>

#include "byolab/abi.hpp"

namespace byolab {

/// What of LibTorch's state a plugin is lent: of this thread the gradient and inference modes and autocast, of the
/// process the default type. However the plugin leaves it, it is given back as it was. Costs some nanoseconds.
class BYOLAB_API LentState {
 public:
  LentState();
  ~LentState();
  LentState(const LentState&) = delete;
  LentState& operator=(const LentState&) = delete;

 private:
  struct Kept;
  alignas(8) std::byte kept_[64];  ///< a Kept, whose types are LibTorch's, which most who call plugins need not know
};

}  // namespace byolab
