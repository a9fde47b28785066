#pragma once

#include <ATen/core/Tensor.h>

namespace byolab {

// What plugins give back is judged before anything is computed with it: nonsense is told where it begins. To be called
// inside the guarded call, which adds the plugin, the call and the step to the sentence.

/// Throws Error unless `rows` is a dense floating-point tensor [n, width].
void check_rows(const at::Tensor& rows, std::int64_t n, std::int64_t width);

/// Throws Error unless `loss` is one dense floating-point number, connected with a parameter if there is any to learn.
void check_loss(const at::Tensor& loss, bool learns);

}  // namespace byolab
