// Weights of a resampling, sixteen outputs at once.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/taps_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/resample_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kLanes>;
using V = hn::Vec<D>;

HWY_INLINE V triangle(V t) {
  const D d;
  return hn::Max(hn::Sub(hn::Set(d, 1.0F), hn::Abs(t)), hn::Zero(d));
}

/// Keys's cubic with a = −1/2.
HWY_INLINE V cubic(V t) {
  const D d;
  const V x = hn::Min(hn::Abs(t), hn::Set(d, 2.0F)), one = hn::Set(d, 1.0F);
  const V near = hn::MulAdd(hn::Mul(hn::MulSub(hn::Set(d, 1.5F), x, hn::Set(d, 2.5F)), x), x, one);
  const V far = hn::MulAdd(hn::MulAdd(hn::MulAdd(hn::Set(d, -0.5F), x, hn::Set(d, 2.5F)), x, hn::Set(d, -4.0F)), x,
                           hn::Set(d, 2.0F));
  return hn::IfThenElse(hn::Lt(x, one), near, far);
}

/// Outputs i … i + lanes − 1. Returns the largest number of pixels that one of them uses.
HWY_INLINE int make_some(const AxisMap& axis, float gain, Taps& taps, int i) {
  const D d;
  const hn::RebindToSigned<D> di;
  const float scale = axis.scale(), wide = axis.widening(), support = axis.support();
  const auto output = hn::Min(hn::Iota(di, i), hn::Set(di, axis.count - 1));
  const auto place =
      hn::Add(hn::Set(di, axis.start), axis.reversed ? hn::Sub(hn::Set(di, axis.count - 1), output) : output);
  const V half = hn::Set(d, 0.5F), reach = hn::Set(d, support);
  // From the first pixel on, so that large coordinates cost no precision.
  const V centre = hn::MulAdd(hn::Add(hn::ConvertTo(d, place), half), hn::Set(d, scale),
                              hn::Set(d, axis.low - static_cast<float>(axis.first_pixel())));
  const V begin = hn::Max(hn::Floor(hn::Add(hn::Sub(centre, reach), half)), hn::Zero(d));
  const V end =
      hn::Min(hn::Floor(hn::Add(hn::Add(centre, reach), half)), hn::Set(d, static_cast<float>(axis.pixels())));
  hn::Store(hn::ConvertTo(di, begin), di, taps.first + i);

  float* const weights = taps.weight + (i / kLanes) * taps.capacity * kLanes + i % kLanes;
  const V inverse = hn::Set(d, 1.0F / wide);
  V sum = hn::Zero(d), pixel = begin;
  for (int k = 0; k < taps.capacity; ++k, pixel = hn::Add(pixel, hn::Set(d, 1.0F))) {
    const V t = hn::Mul(hn::Add(hn::Sub(pixel, centre), half), inverse);
    const V w = hn::IfThenElseZero(hn::Lt(pixel, end), axis.cubic ? cubic(t) : triangle(t));
    sum = hn::Add(sum, w);
    hn::Store(w, d, weights + k * kLanes);
  }
  const V norm = hn::Div(hn::Set(d, gain), sum);
  for (int k = 0; k < taps.capacity; ++k)
    hn::Store(hn::Mul(hn::Load(d, weights + k * kLanes), norm), d, weights + k * kLanes);
  return static_cast<int>(hn::GetLane(hn::MaxOfLanes(d, hn::Sub(end, begin))));
}

void MakeTaps(const AxisMap& axis, float gain, Taps& taps) {
  taps.count = axis.count;
  taps.capacity = taps_capacity(axis);
  const int lanes = static_cast<int>(hn::Lanes(D())), padded = (axis.count + kLanes - 1) / kLanes * kLanes;
  if (!axis.plain()) {
    taps.taps = 1;
    for (int i = 0; i < padded; i += lanes) taps.taps = std::max(taps.taps, make_some(axis, gain, taps, i));
    return;
  }
  taps.taps = 1;
  for (int i = 0; i < padded; ++i) {
    const int output = std::min(i, axis.count - 1);
    taps.first[i] = axis.start + (axis.reversed ? axis.count - 1 - output : output);
    taps.weight[i] = gain;
  }
}

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab::kernels {

int taps_capacity(const AxisMap& axis) {
  if (axis.plain()) return 1;
  return static_cast<int>(2 * axis.support()) + 2;
}

HWY_EXPORT(MakeTaps);
void make_taps(const AxisMap& axis, float gain, Taps& taps) { HWY_DYNAMIC_DISPATCH(MakeTaps)(axis, gain, taps); }

}  // namespace byolab::kernels
#endif  // HWY_ONCE
