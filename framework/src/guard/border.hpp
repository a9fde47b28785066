#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "guard/guard.hpp"

namespace byolab {

/// Says in the graph which plugin made a tensor: when the backward pass comes to it, the call is handed to that plugin,
/// whose operations come next. What fails there, or crashes or hangs, is then put down to it, and not to the loss with
/// which the pass begins. Does nothing for a tensor that needs no gradient, or on which its maker stands already.
void mark_border(const at::Tensor& made, std::shared_ptr<const Callee> by);

/// For a callee that outlives the pass.
BYOLAB_API void mark_border(const at::Tensor& made, const Callee& by);

/// The host's backward pass in this thread, for as long as it lives; borders mean nothing in one that a plugin starts
/// within its own call (to look at a gradient).
class BackwardPass {
 public:
  BackwardPass();
  ~BackwardPass();
  BackwardPass(const BackwardPass&) = delete;
  BackwardPass& operator=(const BackwardPass&) = delete;
};

}  // namespace byolab
