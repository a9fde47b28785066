#pragma once

#include <byolab/plugin.hpp>

/// What losses do to vectors. All take [n, d], any floating type; 16-bit ones are raised to float32 first, since
/// a sum of squares in them loses what a collapse detector looks for.

/// x · rsqrt(max(Σx², 1e-12)), as the reference code's l2_normalize.
at::Tensor l2_normalize(const at::Tensor& x);

/// float32 or float64 as it is, anything shorter in float32.
at::Tensor at_least_float(const at::Tensor& x);

/// Throws Error if a tensor that the loss reads is missing.
const at::Tensor& present(const at::Tensor& x, const char* what, const char* loss);

/// Throws Error if there are fewer than two views.
void at_least_two_views(const byolab::Outputs& outputs, const char* loss);
