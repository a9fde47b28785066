#pragma once

// 3×3 convolutions with stride 1 and a border of zeros by Winograd's minimal filtering F(4×4, 3×3): a tile of 4 × 4
// outputs takes 36 multiplications a pair of channels instead of 144 (Lavin & Gray 2015, "Fast Algorithms for
// Convolutional Neural Networks", section 4.3). Images are float32, or bfloat16 as its 16 bits, pixel by pixel with
// their channels side by side; points and products are float32.
//
// A block of tiles goes through three steps: into 36 points a tile and channel; at each point, a product of matrices
// [tiles, channels in] × [channels in, channels out]; and back into pixels. Plain pointers.

#include <cstddef>
#include <cstdint>

namespace byolab::kernels {

inline constexpr std::size_t kPoints = 36;
inline constexpr std::size_t kPanel = 16;  ///< channels of a panel of weights; numbers of channels are multiples of it
inline constexpr std::size_t kTiles = 24;  ///< of a block, which stays in a core's second-level cache

/// Images whose tiles are counted one image after the other, row by row.
struct TileGrid {
  std::int64_t images = 0, height = 0, width = 0, channels = 0;
  std::int64_t down() const { return (height + 3) / 4; }
  std::int64_t across() const { return (width + 3) / 4; }
  std::int64_t tiles() const { return images * down() * across(); }
};

/// Floats from one point's values to the next: a cache line more than they need, since otherwise all 36 would lie in
/// the same few lines of the first level of cache. Of a block [36, 24, channels], and of weights [36, in, out].
constexpr std::size_t point_stride(std::size_t channels) { return kTiles * channels + 16; }
constexpr std::size_t weight_stride(std::size_t in, std::size_t out) { return in * out + 16; }

/// Where weights lie: floats from one channel, one row and one column of taps to the next.
struct TapStrides {
  std::ptrdiff_t in = 0, out = 0, row = 0, column = 0;
};

/// A panel of weights, kPanel output channels from `weights` on, into its part of points [36, out / 16, in, 16].
void winograd_weights(const float* weights, const TapStrides& strides, std::size_t in, std::size_t out, float* points);
/// `count` tiles of x from `first` on into points [36, 24, channels]; where count < 24 the rest becomes 0.
/// `Element` is float or std::uint16_t (bfloat16), here and below.
template <class Element>
void winograd_input(const Element* x, const TileGrid& grid, std::int64_t first, std::size_t count, float* points);
/// The same of a gradient with respect to outputs.
template <class Element>
void winograd_gradient(const Element* gradient, const TileGrid& grid, std::int64_t first, std::size_t count,
                       float* points);
/// products [36, 24, out] of points [36, 24, in] and weights.
void winograd_products(const float* points, const float* weights, std::size_t in, std::size_t out, float* products);
/// Products of a block into the pixels of y.
template <class Element>
void winograd_output(const float* products, const TileGrid& grid, std::int64_t first, std::size_t count, Element* y);
/// Adds to sums [36, in, out] the products over tiles of points [36, 24, in] and gradients [36, 24, out].
void winograd_sums(const float* points, const float* gradients, std::size_t in, std::size_t out, float* sums);
/// A panel of sums [36, in, out] into the gradient with respect to a panel of weights.
void winograd_weight_gradient(const float* sums, const TapStrides& strides, std::size_t in, std::size_t out,
                              float* gradient);

}  // namespace byolab::kernels
