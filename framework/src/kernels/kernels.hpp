#pragma once

// Vectorised loops on planar float32, compiled for each instruction set and chosen at run time (Highway).
// Plain pointers: the files that define them compile without LibTorch. `n` is a multiple of 16 and pointers
// are aligned to 64 bytes, unless said otherwise.

#include <cstddef>
#include <cstdint>

namespace byolab::kernels {

inline constexpr int kLanes = 16;  ///< floats in the widest vector; what rows are padded to

struct Planes {
  float* r = nullptr;
  float* g = nullptr;
  float* b = nullptr;
};

// Point-wise on one plane (colour_kernels.cpp)
void affine_clipped(float* x, std::size_t n, float factor, float offset);  ///< clip(x·factor + offset, 0, 1)
void affine(float* x, std::size_t n, float factor, float offset);
void solarize(float* x, std::size_t n, float threshold);

// Point-wise on three planes (colour_kernels.cpp)
void to_gray(const Planes& x, std::size_t n);
void blend_with_gray(const Planes& x, std::size_t n, float factor);
void scale_saturation(const Planes& x, std::size_t n, float factor);
void shift_hue(const Planes& x, std::size_t n, float turns);

// Sums over `rows` rows of `width` floats (reduce_kernels.cpp)
double sum(const float* x, int rows, int width, int stride);
double sum_of_gray(const Planes& x, int rows, int width, int stride);

// Convolution of a row and of columns with 2·radius + 1 symmetric weights, given from the middle on: radius + 1
// (blur_kernels.cpp). `row` has `radius` floats of border before and after it (any alignment).
void convolve_row(const float* row, float* out, std::size_t n, const float* half, int radius);
/// out[i] = half[0]·rows[radius][i] + Σ_k half[k]·(rows[radius − k][i] + rows[radius + k][i]).
void convolve_rows(const float* const* rows, float* out, std::size_t n, const float* half, int radius);

}  // namespace byolab::kernels
