// Winograd's minimal filtering; channels are the lanes of a vector.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/winograd_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <vector>

#include "ops/elements-inl.hpp"
#include "ops/winograd_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = FloatTag;
using V = hn::Vec<D>;
static_assert(hn::MaxLanes(D()) <= kPanel);

HWY_INLINE V add(V a, V b) { return hn::Add(a, b); }
HWY_INLINE V sub(V a, V b) { return hn::Sub(a, b); }
HWY_INLINE V times(float f, V a) { return hn::Mul(hn::Set(D(), f), a); }
HWY_INLINE V plus(V a, float f, V b) { return hn::MulAdd(hn::Set(D(), f), b, a); }  // a + f·b

// One dimension of each transform: the paper's matrices, for the points 0, ±1, ±2 and infinity.

/// Bᵀ: six pixels to six points.
struct OfInput {
  static constexpr int kFrom = 6, kTo = 6;
  HWY_INLINE void operator()(const V* d, V* to) const {
    const V a = plus(d[4], -4, d[2]), b = plus(d[3], -4, d[1]), c = sub(d[4], d[2]), e = times(2, sub(d[3], d[1]));
    to[0] = plus(plus(d[4], -5, d[2]), 4, d[0]);
    to[1] = add(a, b);
    to[2] = sub(a, b);
    to[3] = add(c, e);
    to[4] = sub(c, e);
    to[5] = plus(plus(d[5], -5, d[3]), 4, d[1]);
  }
};

/// G: three taps to six points.
struct OfWeights {
  static constexpr int kFrom = 3, kTo = 6;
  HWY_INLINE void operator()(const V* g, V* to) const {
    const V sum = add(g[0], g[2]), far = times(1 / 24.0F, plus(g[0], 4, g[2]));
    to[0] = times(0.25F, g[0]);
    to[1] = times(-1 / 6.0F, add(sum, g[1]));
    to[2] = times(-1 / 6.0F, sub(sum, g[1]));
    to[3] = plus(far, 1 / 12.0F, g[1]);
    to[4] = plus(far, -1 / 12.0F, g[1]);
    to[5] = g[2];
  }
};

/// Gᵀ: six points to three taps.
struct ToWeights {
  static constexpr int kFrom = 6, kTo = 3;
  HWY_INLINE void operator()(const V* p, V* to) const {
    const V near = add(p[1], p[2]), far = add(p[3], p[4]);
    to[0] = plus(plus(times(0.25F, p[0]), -1 / 6.0F, near), 1 / 24.0F, far);
    to[1] = plus(times(1 / 6.0F, sub(p[2], p[1])), 1 / 12.0F, sub(p[3], p[4]));
    to[2] = plus(plus(p[5], -1 / 6.0F, near), 1 / 6.0F, far);
  }
};

/// Aᵀ: six points to four pixels.
struct ToOutput {
  static constexpr int kFrom = 6, kTo = 4;
  HWY_INLINE void operator()(const V* p, V* to) const {
    const V near = add(p[1], p[2]), far = add(p[3], p[4]), odd = sub(p[1], p[2]), wide = sub(p[3], p[4]);
    to[0] = add(add(p[0], near), far);
    to[1] = plus(odd, 2, wide);
    to[2] = plus(near, 4, far);
    to[3] = add(plus(odd, 8, wide), p[5]);
  }
};

/// A: four pixels to six points.
struct OfGradient {
  static constexpr int kFrom = 4, kTo = 6;
  HWY_INLINE void operator()(const V* g, V* to) const {
    const V even = add(g[0], g[2]), odd = add(g[1], g[3]), wide = plus(g[0], 4, g[2]),
            tall = plus(times(2, g[1]), 8, g[3]);
    to[0] = g[0];
    to[1] = add(even, odd);
    to[2] = sub(even, odd);
    to[3] = add(wide, tall);
    to[4] = sub(wide, tall);
    to[5] = g[3];
  }
};

/// Both dimensions: `load(row, column)` gives what `store(row, column, value)` gets transformed.
template <class Transform, class Load, class Store>
HWY_INLINE void transform(const Load& load, const Store& store) {
  constexpr int kFrom = Transform::kFrom, kTo = Transform::kTo;
  V half[kFrom][kTo];  // column by column
  for (int j = 0; j < kFrom; ++j) {
    V column[kFrom];
    for (int i = 0; i < kFrom; ++i) column[i] = load(i, j);
    Transform()(column, half[j]);
  }
  for (int i = 0; i < kTo; ++i) {
    V row[kFrom], to[kTo];
    for (int j = 0; j < kFrom; ++j) row[j] = half[j][i];
    Transform()(row, to);
    for (int j = 0; j < kTo; ++j) store(i, j, to[j]);
  }
}

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
      transform<OfWeights>(
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
        transform<ToWeights>(
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
        transform<Transform>([&](int i, int j) HWY_ATTR { return load(place(i, j) + c); },
                             [&](int i, int j, V value)
                                 HWY_ATTR { hn::StoreU(value, d, to + static_cast<std::size_t>(6 * i + j) * stride); });
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
        transform<ToOutput>([&](int i, int j)
                                HWY_ATTR { return hn::LoadU(d, from + static_cast<std::size_t>(6 * i + j) * stride); },
                            [&](int i, int j, V value) HWY_ATTR { store(value, place(i, j) + c); });
      }
    });
  }
}

void Input(const float* x, const TileGrid& grid, std::int64_t first, std::size_t count, float* points) {
  to_points<OfInput>(x, grid, first, count, 1, points);
}
void ShortInput(const std::uint16_t* x, const TileGrid& grid, std::int64_t first, std::size_t count, float* points) {
  to_points<OfInput>(x, grid, first, count, 1, points);
}

void Gradient(const float* gradient, const TileGrid& grid, std::int64_t first, std::size_t count, float* points) {
  to_points<OfGradient>(gradient, grid, first, count, 0, points);
}
void ShortGradient(const std::uint16_t* gradient, const TileGrid& grid, std::int64_t first, std::size_t count,
                   float* points) {
  to_points<OfGradient>(gradient, grid, first, count, 0, points);
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
