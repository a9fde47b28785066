#pragma once

#include <c10/core/AutogradState.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/util/typeid.h>

#include <array>

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
  c10::AutogradState modes_;
  c10::impl::LocalDispatchKeySet keys_;  ///< autocast is one of them
  std::array<at::ScalarType, 2> autocast_types_;
  caffe2::TypeMeta default_type_;
};

}  // namespace byolab
