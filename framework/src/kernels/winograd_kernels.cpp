// Winograd's minimal filtering; channels are the lanes of a vector.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/winograd_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <vector>

#include "kernels/elements-inl.hpp"
#include "kernels/winograd_kernels.hpp"
#include "kernels/winograd_transforms-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = FloatTag;
using V = FloatVector;
static_assert(hn::MaxLanes(D()) <= kPanel);

constexpr auto kSigned = static_cast<std::ptrdiff_t>(kPanel);

/// Calls `at(tap's place in memory, its place in a tile [3, 3, kPanel in, kPanel out])` for a tile of weights.
template <class At>
HWY_INLINE void for_each_tap(const TapStrides& strides, const At& at) {
  for (std::ptrdiff_t o = 0; o < kSigned; ++o)
    for (std::ptrdiff_t y = 0; y < 3; ++y)
      for (std::ptrdiff_t x = 0; x < 3; ++x)
        for (std::ptrdiff_t i = 0; i < kSigned; ++i)
          at(o * strides.out + y * strides.row + x * strides.column + i * strides.in,
             ((3 * y + x) * kSigned + i) * kSigned + o);
}

void Weights(const float* weights, const TapStrides& strides, std::size_t in, std::size_t out, float* points) {
  const D d;
  const std::size_t stride = weight_stride(in, out);
  HWY_ALIGN float tile[9 * kPanel * kPanel];
  for (std::size_t first = 0; first < in; first += kPanel) {
    const float* const from = weights + static_cast<std::ptrdiff_t>(first) * strides.in;
    for_each_tap(strides, [&](std::ptrdiff_t there, std::ptrdiff_t here) { tile[here] = from[there]; });
    for (std::size_t i = 0; i < kPanel * kPanel; i += hn::Lanes(d)) {
      float* const to = points + first * kPanel + i;
      winograd::transform<winograd::OfWeights>(
          [&](int y, int x) { return hn::Load(d, tile + static_cast<std::size_t>(3 * y + x) * kPanel * kPanel + i); },
          [&](int y, int x, V value) { hn::StoreU(value, d, to + static_cast<std::size_t>(6 * y + x) * stride); });
    }
  }
}

void WeightGradient(const float* sums, const TapStrides& strides, std::size_t in, std::size_t out, float* gradient) {
  const D d;
  const std::size_t stride = weight_stride(in, out);
  HWY_ALIGN float tile[9 * kPanel * kPanel];
  for (std::size_t first = 0; first < in; first += kPanel) {
    for (std::size_t i = 0; i < kPanel; ++i)
      for (std::size_t o = 0; o < kPanel; o += hn::Lanes(d)) {
        const float* const from = sums + (first + i) * out + o;
        float* const to = tile + i * kPanel + o;
        winograd::transform<winograd::ToWeights>(
            [&](int y, int x) { return hn::LoadU(d, from + static_cast<std::size_t>(6 * y + x) * stride); },
            [&](int y, int x, V value) {
              hn::Store(value, d, to + static_cast<std::size_t>(3 * y + x) * kPanel * kPanel);
            });
      }
    float* const to = gradient + static_cast<std::ptrdiff_t>(first) * strides.in;
    for_each_tap(strides, [&](std::ptrdiff_t there, std::ptrdiff_t here) { to[there] = tile[here]; });
  }
}

/// Where the first channels of kSide × kSide pixels are, from `border` before a tile on.
template <int kSide, class Pixel>
struct Window {
  std::ptrdiff_t row = 0, column = 0;  // elements from one pixel to the next, where all are inside
  Pixel* corner = nullptr;             // of such a window; else null, and `at` says where each pixel is
  Pixel* at[kSide][kSide];

  /// Beyond the image a pixel is `outside`.
  Window(Pixel* pixels, const TileGrid& grid, std::int64_t tile, int border, Pixel* outside)
      : row(grid.width * grid.channels), column(grid.channels) {
    const std::int64_t across = grid.across(), down = grid.down();
    const std::int64_t left = tile % across * 4 - border, top = tile / across % down * 4 - border;
    const std::int64_t image = tile / across / down * grid.height * row;
    if (left >= 0 && top >= 0 && left + kSide <= grid.width && top + kSide <= grid.height) {
      corner = pixels + image + top * row + left * column;
      return;
    }
    for (int i = 0; i < kSide; ++i) {
      const bool in_row = top + i >= 0 && top + i < grid.height;
      Pixel* const from = pixels + image + (top + i) * row + left * column;
      for (int j = 0; j < kSide; ++j)
        at[i][j] = in_row && left + j >= 0 && left + j < grid.width ? from + j * column : outside;
    }
  }

  /// Calls `body(place)`, where `place(row, column)` is a pixel.
  template <class Body>
  HWY_INLINE void visit(const Body& body) const {
    if (corner)
      body([this](int i, int j) { return corner + i * row + j * column; });
    else
      body([this](int i, int j) { return at[i][j]; });
  }
};

/// Pixels to points.
template <class Transform, class Element>
HWY_INLINE void to_points(const Element* pixels, const TileGrid& grid, std::int64_t first, std::size_t count,
                          int border, float* points) {
  const D d;
  const auto channels = static_cast<std::size_t>(grid.channels);
  const std::size_t stride = point_stride(channels);
  const std::vector<Element> zeros(channels);
  for (std::size_t t = 0; t < count; ++t) {
    const Window<Transform::kFrom, const Element> window(pixels, grid, first + static_cast<std::int64_t>(t), border,
                                                         zeros.data());
    window.visit([&](const auto& place) HWY_ATTR {
      for (std::size_t c = 0; c < channels; c += hn::Lanes(d)) {
        float* const to = points + t * channels + c;
        winograd::transform<Transform>([&](int i, int j) HWY_ATTR { return load(place(i, j) + c); },
                                       [&](int i, int j, V value) HWY_ATTR {
                                         hn::StoreU(value, d, to + static_cast<std::size_t>(6 * i + j) * stride);
                                       });
      }
    });
  }
  for (std::size_t p = 0; p < kPoints; ++p)
    std::fill(points + p * stride + count * channels, points + p * stride + kTiles * channels, 0.0F);
}

template <class Element>
HWY_INLINE void to_pixels(const float* products, const TileGrid& grid, std::int64_t first, std::size_t count,
                          Element* y) {
  const D d;
  const auto channels = static_cast<std::size_t>(grid.channels);
  const std::size_t stride = point_stride(channels);
  std::vector<Element> unwanted(channels);
  for (std::size_t t = 0; t < count; ++t) {
    const Window<4, Element> window(y, grid, first + static_cast<std::int64_t>(t), 0, unwanted.data());
    window.visit([&](const auto& place) HWY_ATTR {
      for (std::size_t c = 0; c < channels; c += hn::Lanes(d)) {
        const float* const from = products + t * channels + c;
        winograd::transform<winograd::ToOutput>(
            [&](int i, int j) HWY_ATTR { return hn::LoadU(d, from + static_cast<std::size_t>(6 * i + j) * stride); },
            [&](int i, int j, V value) HWY_ATTR { store(value, place(i, j) + c); });
      }
    });
  }
}

void Input(const float* x, const TileGrid& grid, std::int64_t first, std::size_t count, float* points) {
  to_points<winograd::OfInput>(x, grid, first, count, 1, points);
}
void ShortInput(const std::uint16_t* x, const TileGrid& grid, std::int64_t first, std::size_t count, float* points) {
  to_points<winograd::OfInput>(x, grid, first, count, 1, points);
}

void Gradient(const float* gradient, const TileGrid& grid, std::int64_t first, std::size_t count, float* points) {
  to_points<winograd::OfGradient>(gradient, grid, first, count, 0, points);
}
void ShortGradient(const std::uint16_t* gradient, const TileGrid& grid, std::int64_t first, std::size_t count,
                   float* points) {
  to_points<winograd::OfGradient>(gradient, grid, first, count, 0, points);
}

void Output(const float* products, const TileGrid& grid, std::int64_t first, std::size_t count, float* y) {
  to_pixels(products, grid, first, count, y);
}
void ShortOutput(const float* products, const TileGrid& grid, std::int64_t first, std::size_t count, std::uint16_t* y) {
  to_pixels(products, grid, first, count, y);
}

/// kHeight rows of a product with a panel: out[r] (+)= Σ_k a[r · row + k · step] · b[k · next].
template <std::size_t kHeight, bool kAdd>
HWY_INLINE void multiply(const float* a, std::size_t row, std::size_t step, const float* b, std::size_t next,
                         std::size_t depth, float* out, std::size_t pitch) {
  const D d;
  constexpr std::size_t kVectors = kPanel / hn::MaxLanes(D());
  const std::size_t lanes = hn::Lanes(d);
  V sum[kHeight][kVectors];
  for (std::size_t r = 0; r < kHeight; ++r)
    for (std::size_t v = 0; v < kVectors; ++v)
      sum[r][v] = kAdd ? hn::LoadU(d, out + r * pitch + v * lanes) : hn::Zero(d);
  for (std::size_t k = 0; k < depth; ++k) {
    V right[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) right[v] = hn::LoadU(d, b + k * next + v * lanes);
    for (std::size_t r = 0; r < kHeight; ++r) {
      const V left = hn::Set(d, a[r * row + k * step]);
      for (std::size_t v = 0; v < kVectors; ++v) sum[r][v] = hn::MulAdd(left, right[v], sum[r][v]);
    }
  }
  for (std::size_t r = 0; r < kHeight; ++r)
    for (std::size_t v = 0; v < kVectors; ++v) hn::StoreU(sum[r][v], d, out + r * pitch + v * lanes);
}

constexpr std::size_t kRows = HWY_TARGET <= HWY_AVX3 ? 12 : 6;  // as many sums as registers hold
static_assert(kTiles % kRows == 0);

void Products(const float* points, const float* weights, std::size_t in, std::size_t out, float* products) {
  for (std::size_t p = 0; p < kPoints; ++p) {
    const float* const a = points + p * point_stride(in);
    float* const to = products + p * point_stride(out);
    for (std::size_t o = 0; o < out; o += kPanel) {
      const float* const b = weights + p * weight_stride(in, out) + o * in;
      for (std::size_t t = 0; t < kTiles; t += kRows)
        multiply<kRows, false>(a + t * in, in, 1, b, kPanel, in, to + t * out + o, out);
    }
  }
}

void Sums(const float* points, const float* gradients, std::size_t in, std::size_t out, float* sums) {
  constexpr std::size_t kChannels = 4;
  for (std::size_t p = 0; p < kPoints; ++p) {
    const float* const a = points + p * point_stride(in);
    const float* const b = gradients + p * point_stride(out);
    float* const to = sums + p * weight_stride(in, out);
    for (std::size_t i = 0; i < in; i += kChannels)
      for (std::size_t o = 0; o < out; o += kPanel)
        multiply<kChannels, true>(a + i, 1, in, b + o, out, kTiles, to + i * out + o, out);
  }
}

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab::kernels {

HWY_EXPORT(Weights);
HWY_EXPORT(Input);
HWY_EXPORT(ShortInput);
HWY_EXPORT(Gradient);
HWY_EXPORT(ShortGradient);
HWY_EXPORT(Products);
HWY_EXPORT(Output);
HWY_EXPORT(ShortOutput);
HWY_EXPORT(Sums);
HWY_EXPORT(WeightGradient);

void winograd_weights(const float* weights, const TapStrides& strides, std::size_t in, std::size_t out, float* points) {
  HWY_DYNAMIC_DISPATCH(Weights)(weights, strides, in, out, points);
}
template <>
void winograd_input(const float* x, const TileGrid& grid, std::int64_t first, std::size_t count, float* points) {
  HWY_DYNAMIC_DISPATCH(Input)(x, grid, first, count, points);
}
template <>
void winograd_input(const std::uint16_t* x, const TileGrid& grid, std::int64_t first, std::size_t count,
                    float* points) {
  HWY_DYNAMIC_DISPATCH(ShortInput)(x, grid, first, count, points);
}
template <>
void winograd_gradient(const float* gradient, const TileGrid& grid, std::int64_t first, std::size_t count,
                       float* points) {
  HWY_DYNAMIC_DISPATCH(Gradient)(gradient, grid, first, count, points);
}
template <>
void winograd_gradient(const std::uint16_t* gradient, const TileGrid& grid, std::int64_t first, std::size_t count,
                       float* points) {
  HWY_DYNAMIC_DISPATCH(ShortGradient)(gradient, grid, first, count, points);
}
void winograd_products(const float* points, const float* weights, std::size_t in, std::size_t out, float* products) {
  HWY_DYNAMIC_DISPATCH(Products)(points, weights, in, out, products);
}
template <>
void winograd_output(const float* products, const TileGrid& grid, std::int64_t first, std::size_t count, float* y) {
  HWY_DYNAMIC_DISPATCH(Output)(products, grid, first, count, y);
}
template <>
void winograd_output(const float* products, const TileGrid& grid, std::int64_t first, std::size_t count,
                     std::uint16_t* y) {
  HWY_DYNAMIC_DISPATCH(ShortOutput)(products, grid, first, count, y);
}
void winograd_sums(const float* points, const float* gradients, std::size_t in, std::size_t out, float* sums) {
  HWY_DYNAMIC_DISPATCH(Sums)(points, gradients, in, out, sums);
}
void winograd_weight_gradient(const float* sums, const TapStrides& strides, std::size_t in, std::size_t out,
                              float* gradient) {
  HWY_DYNAMIC_DISPATCH(WeightGradient)(sums, strides, in, out, gradient);
}

}  // namespace byolab::kernels
#endif  // HWY_ONCE
