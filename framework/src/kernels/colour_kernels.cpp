// Colours in planar float32. Formulas: torchvision's, in the shape that needs fewest operations.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/colour_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kLanes>;
using V = hn::Vec<D>;

HWY_INLINE V clip(V x) {
  const D d;
  return hn::Min(hn::Max(x, hn::Zero(d)), hn::Set(d, 1.0F));
}

HWY_INLINE V gray_of(V r, V g, V b) {
  const D d;
  return hn::MulAdd(r, hn::Set(d, 0.2989F), hn::MulAdd(g, hn::Set(d, 0.587F), hn::Mul(b, hn::Set(d, 0.114F))));
}

void AffineClipped(float* x, std::size_t n, float factor, float offset) {
  const D d;
  const V f = hn::Set(d, factor), o = hn::Set(d, offset);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) hn::Store(clip(hn::MulAdd(hn::Load(d, x + i), f, o)), d, x + i);
}

void Affine(float* x, std::size_t n, float factor, float offset) {
  const D d;
  const V f = hn::Set(d, factor), o = hn::Set(d, offset);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) hn::Store(hn::MulAdd(hn::Load(d, x + i), f, o), d, x + i);
}

void Solarize(float* x, std::size_t n, float threshold) {
  const D d;
  const V t = hn::Set(d, threshold), one = hn::Set(d, 1.0F);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const V v = hn::Load(d, x + i);
    hn::Store(hn::IfThenElse(hn::Ge(v, t), hn::Sub(one, v), v), d, x + i);
  }
}

void ToGray(const Planes& x, std::size_t n) {
  const D d;
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const V gray = gray_of(hn::Load(d, x.r + i), hn::Load(d, x.g + i), hn::Load(d, x.b + i));
    hn::Store(gray, d, x.r + i);
    hn::Store(gray, d, x.g + i);
    hn::Store(gray, d, x.b + i);
  }
}

void BlendWithGray(const Planes& x, std::size_t n, float factor) {
  const D d;
  const V f = hn::Set(d, factor), rest = hn::Set(d, 1.0F - factor);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const V r = hn::Load(d, x.r + i), g = hn::Load(d, x.g + i), b = hn::Load(d, x.b + i);
    const V gray = hn::Mul(gray_of(r, g, b), rest);
    hn::Store(clip(hn::MulAdd(r, f, gray)), d, x.r + i);
    hn::Store(clip(hn::MulAdd(g, f, gray)), d, x.g + i);
    hn::Store(clip(hn::MulAdd(b, f, gray)), d, x.b + i);
  }
}

// With V = max and C = max − min, HSV's S is C/V, and each channel is V − (V − x), where V − x is proportional
// to S at a fixed hue: no hue needed. S·factor ≤ 1 becomes (V − x)·min(factor, V/C).
void ScaleSaturation(const Planes& x, std::size_t n, float factor) {
  const D d;
  const V f = hn::Set(d, factor), tiny = hn::Set(d, 1e-12F);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const V r = hn::Load(d, x.r + i), g = hn::Load(d, x.g + i), b = hn::Load(d, x.b + i);
    const V high = hn::Max(hn::Max(r, g), b), chroma = hn::Sub(high, hn::Min(hn::Min(r, g), b));
    const V k = hn::Min(f, hn::Div(high, hn::Max(chroma, tiny)));
    hn::Store(clip(hn::NegMulAdd(hn::Sub(high, r), k, high)), d, x.r + i);
    hn::Store(clip(hn::NegMulAdd(hn::Sub(high, g), k, high)), d, x.g + i);
    hn::Store(clip(hn::NegMulAdd(hn::Sub(high, b), k, high)), d, x.b + i);
  }
}

/// A channel from hue: V − C·clip(min(k, 4 − k), 0, 1), where k = (hue + n) mod 6, in sixths of a turn.
HWY_INLINE V channel_of(V hue, float n, V high, V chroma) {
  const D d;
  const V six = hn::Set(d, 6.0F);
  V k = hn::Add(hue, hn::Set(d, n));
  k = hn::Sub(k, hn::IfThenElseZero(hn::Ge(k, six), six));
  return hn::NegMulAdd(chroma, clip(hn::Min(k, hn::Sub(hn::Set(d, 4.0F), k))), high);
}

// V and C do not change, so that only the hue has to be found, in sixths of a turn, and turned into channels.
void ShiftHue(const Planes& x, std::size_t n, float turns) {
  const D d;
  const V six = hn::Set(d, 6.0F), one = hn::Set(d, 1.0F), tiny = hn::Set(d, 1e-30F);
  const V shift = hn::Set(d, turns * 6.0F);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const V r = hn::Load(d, x.r + i), g = hn::Load(d, x.g + i), b = hn::Load(d, x.b + i);
    const V high = hn::Max(hn::Max(r, g), b), chroma = hn::Sub(high, hn::Min(hn::Min(r, g), b));
    const V scale = hn::Div(one, hn::Max(chroma, tiny));  // gray: 0 · 1e30, hue 0
    const auto red = hn::Eq(high, r), green = hn::Eq(high, g);
    const V difference = hn::IfThenElse(red, hn::Sub(g, b), hn::IfThenElse(green, hn::Sub(b, r), hn::Sub(r, g)));
    const V base = hn::IfThenElse(red, hn::Zero(d), hn::IfThenElse(green, hn::Set(d, 2.0F), hn::Set(d, 4.0F)));
    V hue = hn::Add(hn::MulAdd(difference, scale, base), shift);
    hue = hn::NegMulAdd(hn::Floor(hn::Mul(hue, hn::Set(d, 1.0F / 6.0F))), six, hue);  // [0, 6)
    hn::Store(channel_of(hue, 5.0F, high, chroma), d, x.r + i);
    hn::Store(channel_of(hue, 3.0F, high, chroma), d, x.g + i);
    hn::Store(channel_of(hue, 1.0F, high, chroma), d, x.b + i);
  }
}

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab::kernels {

HWY_EXPORT(AffineClipped);
HWY_EXPORT(Affine);
HWY_EXPORT(Solarize);
HWY_EXPORT(ToGray);
HWY_EXPORT(BlendWithGray);
HWY_EXPORT(ScaleSaturation);
HWY_EXPORT(ShiftHue);

void affine_clipped(float* x, std::size_t n, float factor, float offset) {
  HWY_DYNAMIC_DISPATCH(AffineClipped)(x, n, factor, offset);
}
void affine(float* x, std::size_t n, float factor, float offset) { HWY_DYNAMIC_DISPATCH(Affine)(x, n, factor, offset); }
void solarize(float* x, std::size_t n, float threshold) { HWY_DYNAMIC_DISPATCH(Solarize)(x, n, threshold); }
void to_gray(const Planes& x, std::size_t n) { HWY_DYNAMIC_DISPATCH(ToGray)(x, n); }
void blend_with_gray(const Planes& x, std::size_t n, float factor) {
  HWY_DYNAMIC_DISPATCH(BlendWithGray)(x, n, factor);
}
void scale_saturation(const Planes& x, std::size_t n, float factor) {
  HWY_DYNAMIC_DISPATCH(ScaleSaturation)(x, n, factor);
}
void shift_hue(const Planes& x, std::size_t n, float turns) { HWY_DYNAMIC_DISPATCH(ShiftHue)(x, n, turns); }

}  // namespace byolab::kernels
#endif  // HWY_ONCE
