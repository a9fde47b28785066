// Separable resampling: columns first, straight from 8-bit pixels as they lie in memory, then rows.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resample_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "kernels/resample_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kLanes>;
using V = hn::Vec<D>;

HWY_INLINE V load(const float* from) { return hn::LoadU(D(), from); }

HWY_INLINE V load(const std::uint8_t* from) {
  const D d;
  const hn::RebindToSigned<D> di;
  const hn::Rebind<std::uint8_t, D> d8;
  return hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(d8, from)));
}

template <int kParts, class T>
HWY_INLINE void combine_at(const T* const* rows, const float* weight, int taps, float* out, std::size_t x) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  V sum[kParts];
  for (int p = 0; p < kParts; ++p) sum[p] = hn::Zero(d);
  for (int k = 0; k < taps; ++k) {
    const V w = hn::Set(d, weight[k]);
    const T* const row = rows[k] + x;
    for (int p = 0; p < kParts; ++p) sum[p] = hn::MulAdd(w, load(row + static_cast<std::size_t>(p) * lanes), sum[p]);
  }
  for (int p = 0; p < kParts; ++p) hn::StoreU(sum[p], d, out + x + static_cast<std::size_t>(p) * lanes);
}

template <class T>
HWY_INLINE void combine(const T* const* rows, const float* weight, int taps, float* out, int count) {
  const std::size_t lanes = hn::Lanes(D()), n = static_cast<std::size_t>(count);
  std::size_t x = 0;
  for (; x + 4 * lanes <= n; x += 4 * lanes) combine_at<4>(rows, weight, taps, out, x);
  for (; x + lanes <= n; x += lanes) combine_at<1>(rows, weight, taps, out, x);
  if (x == n) return;
  if (n >= lanes) return combine_at<1>(rows, weight, taps, out, n - lanes);  // once more, overlapping
  for (; x < n; ++x) {
    float sum = 0;
    for (int k = 0; k < taps; ++k) sum += weight[k] * static_cast<float>(rows[k][x]);
    out[x] = sum;
  }
}

void CombineBytes(const std::uint8_t* const* rows, const float* weight, int taps, float* out, int n) {
  combine(rows, weight, taps, out, n);
}
void CombineFloats(const float* const* rows, const float* weight, int taps, float* out, int n) {
  combine(rows, weight, taps, out, n);
}

// Outputs near one another read pixels near one another. Where a vector's worth of them lies within two
// vectors of input, two loads and a permutation take the place of a gather, with the same indices for each tap.
#if HWY_TARGET <= HWY_AVX3
void Split(const float* pixels, const Planes& out, int count) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int x = 0; x < count; x += lanes) {
    V r, g, b;
    hn::LoadInterleaved3(d, pixels + 3 * x, r, g, b);
    hn::StoreU(r, d, out.r + x);
    hn::StoreU(g, d, out.g + x);
    hn::StoreU(b, d, out.b + x);
  }
}

struct FromTwoVectors {
  __m512i index;
  HWY_INLINE V operator()(const float* from) const {
    return V{_mm512_permutex2var_ps(_mm512_loadu_ps(from), index, _mm512_loadu_ps(from + 16))};
  }
};
#endif

struct ByGather {
  hn::Vec<hn::RebindToSigned<D>> index;
  HWY_INLINE V operator()(const float* from) const { return hn::GatherIndex(D(), from, index); }
};

HWY_INLINE void store_some(V r, V g, V b, const Planes& out, bool clip, int i) {
  const D d;
  if (clip) {
    const V zero = hn::Zero(d), one = hn::Set(d, 1.0F);
    r = hn::Min(hn::Max(r, zero), one);
    g = hn::Min(hn::Max(g, zero), one);
    b = hn::Min(hn::Max(b, zero), one);
  }
  hn::Store(r, d, out.r + i);
  hn::Store(g, d, out.g + i);
  hn::Store(b, d, out.b + i);
}

template <class Pick>
HWY_INLINE void resample_some(const Planes& in, const Taps& taps, const Planes& out, bool clip, int i, int base,
                              const Pick& pick) {
  const D d;
  const float* const weight = taps.weights_of(i);
  V r = hn::Zero(d), g = r, b = r;
  for (int k = 0; k < taps.taps; ++k) {
    const V w = hn::Load(d, weight + k * kLanes);
    r = hn::MulAdd(w, pick(in.r + base + k), r);
    g = hn::MulAdd(w, pick(in.g + base + k), g);
    b = hn::MulAdd(w, pick(in.b + base + k), b);
  }
  store_some(r, g, b, out, clip, i);
}

/// A vector of outputs, if two vectors hold the input of all of them.
HWY_INLINE bool resample_close([[maybe_unused]] const Planes& in, [[maybe_unused]] const Taps& taps,
                               [[maybe_unused]] const Planes& out, [[maybe_unused]] bool clip, [[maybe_unused]] int i) {
#if HWY_TARGET <= HWY_AVX3
  const hn::RebindToSigned<D> di;
  const std::int32_t a = taps.first[i], z = taps.first[i + kLanes - 1];  // in order, up or down
  const int base = std::min(a, z);
  if (std::max(a, z) - base >= 32) return false;
  const auto index = hn::Sub(hn::Load(di, taps.first + i), hn::Set(di, base));
  resample_some(in, taps, out, clip, i, base, FromTwoVectors{index.raw});
  return true;
#else
  return false;
#endif
}

void ResampleRow(const Planes& in, const Taps& taps, const Planes& out, bool clip) {
  const hn::RebindToSigned<D> di;
  const int lanes = static_cast<int>(hn::Lanes(di));
  for (int i = 0; i < taps.count; i += lanes)
    if (!resample_close(in, taps, out, clip, i))
      resample_some(in, taps, out, clip, i, 0, ByGather{hn::Load(di, taps.first + i)});
}

/// A pixel, and one float more, in each block of four lanes: from at[0], at[4], …
template <class DB>
HWY_INLINE hn::Vec<DB> pixels_at(DB d, const float* const* at, std::ptrdiff_t offset) {
  if constexpr (hn::MaxLanes(d) <= 4) {
    return hn::LoadU(d, at[0] + offset);
  } else {
    const hn::Half<DB> half;
    return hn::Combine(d, pixels_at(half, at + hn::MaxLanes(half), offset), pixels_at(half, at, offset));
  }
}

// Pixels whose channels lie side by side need no gather: each output adds up whole pixels, and blocks of four of them
// are transposed in the end.
HWY_INLINE void resample_pixels_some(const float* pixels, const Taps& taps, const Planes& out, bool clip, int i) {
  const D d;
  const float* at[kLanes];
  for (std::size_t j = 0; j < hn::Lanes(d); ++j)
    at[j] = pixels + std::ptrdiff_t{3} * taps.first[static_cast<std::size_t>(i) + j];
  const float* const weight = taps.weights_of(i);
  V one = hn::Zero(d), two = one, three = one, four = one;
  for (int k = 0; k < taps.taps; ++k) {
    const V w = hn::Load(d, weight + k * kLanes);
    const std::ptrdiff_t offset = std::ptrdiff_t{3} * k;
    one = hn::MulAdd(hn::Broadcast<0>(w), pixels_at(d, at, offset), one);
    two = hn::MulAdd(hn::Broadcast<1>(w), pixels_at(d, at + 1, offset), two);
    three = hn::MulAdd(hn::Broadcast<2>(w), pixels_at(d, at + 2, offset), three);
    four = hn::MulAdd(hn::Broadcast<3>(w), pixels_at(d, at + 3, offset), four);
  }
  const V red_green_even = hn::InterleaveLower(d, one, three), red_green_odd = hn::InterleaveLower(d, two, four);
  const V blue_even = hn::InterleaveUpper(d, one, three), blue_odd = hn::InterleaveUpper(d, two, four);
  store_some(hn::InterleaveLower(d, red_green_even, red_green_odd),
             hn::InterleaveUpper(d, red_green_even, red_green_odd), hn::InterleaveLower(d, blue_even, blue_odd), out,
             clip, i);
}

void ResamplePixels(const float* pixels, [[maybe_unused]] int count, const Planes& planes, const Taps& taps,
                    const Planes& out, bool clip) {
#if HWY_TARGET <= HWY_AVX3
  Split(pixels, planes, count);
#endif
  const int lanes = static_cast<int>(hn::Lanes(D()));
  for (int i = 0; i < taps.count; i += lanes)
    if (!resample_close(planes, taps, out, clip, i)) resample_pixels_some(pixels, taps, out, clip, i);
}

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab::kernels {

HWY_EXPORT(CombineBytes);
HWY_EXPORT(CombineFloats);
HWY_EXPORT(ResampleRow);
HWY_EXPORT(ResamplePixels);

void combine_rows(const std::uint8_t* const* rows, const float* weight, int taps, float* out, int n) {
  HWY_DYNAMIC_DISPATCH(CombineBytes)(rows, weight, taps, out, n);
}
void combine_rows(const float* const* rows, const float* weight, int taps, float* out, int n) {
  HWY_DYNAMIC_DISPATCH(CombineFloats)(rows, weight, taps, out, n);
}
void resample_row(const Planes& in, const Taps& taps, const Planes& out, bool clip) {
  HWY_DYNAMIC_DISPATCH(ResampleRow)(in, taps, out, clip);
}
void resample_pixels(const float* pixels, int count, const Planes& scratch, const Taps& taps, const Planes& out,
                     bool clip) {
  HWY_DYNAMIC_DISPATCH(ResamplePixels)(pixels, count, scratch, taps, out, clip);
}

}  // namespace byolab::kernels
#endif  // HWY_ONCE
