// Separable resampling: columns first, straight from 8-bit pixels as they lie in memory, then rows.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/resample_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "ops/resample_kernels.hpp"

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

// Outputs near one another read pixels near one another. Where a vector's worth of them lies within two
// vectors of input, two loads and a permutation take the place of a gather, with the same indices for each tap.
#if HWY_TARGET <= HWY_AVX3
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

void ResampleRow(const Planes& in, const Taps& taps, const Planes& out, bool clip) {
  const hn::RebindToSigned<D> di;
  const int lanes = static_cast<int>(hn::Lanes(di));
  for (int i = 0; i < taps.count; i += lanes) {
    const std::int32_t a = taps.first[i], z = taps.first[i + lanes - 1];  // in order, up or down
    const int base = std::min(a, z);
    const auto index = hn::Sub(hn::Load(di, taps.first + i), hn::Set(di, base));
#if HWY_TARGET <= HWY_AVX3
    if (std::max(a, z) - base < 32) {
      resample_some(in, taps, out, clip, i, base, FromTwoVectors{index.raw});
      continue;
    }
#endif
    resample_some(in, taps, out, clip, i, base, ByGather{index});
  }
}

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab::kernels {

HWY_EXPORT(CombineBytes);
HWY_EXPORT(CombineFloats);
HWY_EXPORT(Split);
HWY_EXPORT(ResampleRow);

void combine_rows(const std::uint8_t* const* rows, const float* weight, int taps, float* out, int n) {
  HWY_DYNAMIC_DISPATCH(CombineBytes)(rows, weight, taps, out, n);
}
void combine_rows(const float* const* rows, const float* weight, int taps, float* out, int n) {
  HWY_DYNAMIC_DISPATCH(CombineFloats)(rows, weight, taps, out, n);
}
void split(const float* pixels, const Planes& out, int count) { HWY_DYNAMIC_DISPATCH(Split)(pixels, out, count); }
void resample_row(const Planes& in, const Taps& taps, const Planes& out, bool clip) {
  HWY_DYNAMIC_DISPATCH(ResampleRow)(in, taps, out, clip);
}

}  // namespace byolab::kernels
#endif  // HWY_ONCE
