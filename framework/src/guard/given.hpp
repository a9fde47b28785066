#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace byolab {

// What plugins give back is judged before anything is computed with it: nonsense is told where it begins. To be called
// inside the guarded call, which adds the plugin, the call and the step to the sentence.

/// Throws Error unless `rows` is a dense tensor [n, width] of float32, bfloat16, float16 or `also`.
void check_rows(const at::Tensor& rows, std::int64_t n, std::int64_t width, at::ScalarType also = at::kFloat);

/// Dense floating-point numbers, somewhere in memory.
bool is_plain(const at::Tensor& tensor);

/// "Float [32, 16]".
std::string shape_text(at::IntArrayRef sizes, at::ScalarType type);

/// Throws Error unless a network's width is one that can be: `width` is what `call`, as "features()", gave.
std::int64_t checked_width(std::int64_t width, const char* call);

/// What to do about parameters that come late.
inline constexpr const char* kMakeAllAtFirst =
    "make all parameters and buffers in the constructor, and write into them in place: the optimizer, the target and "
    "checkpoints hold on to them";

/// Throws Error unless `loss` is one dense floating-point number, connected with a parameter if there is any to learn.
void check_loss(const at::Tensor& loss, bool learns);

}  // namespace byolab
