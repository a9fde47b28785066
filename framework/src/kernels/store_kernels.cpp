// The last pass: planar float32 to the number type and the order in which the network reads.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/store_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/resample_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kLanes>;
using D16 = hn::Rebind<std::uint16_t, D>;

/// The upper half of a float, rounded to nearest even: bfloat16. (Highway 1.0's own demotion cuts off.)
HWY_INLINE hn::Vec<D16> to_bfloat16(const float* from) {
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, hn::LoadU(D(), from));
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 1));
  const auto rounded = hn::ShiftRight<16>(hn::Add(hn::Add(bits, hn::Set(du, 0x7FFF)), odd));
  return hn::DemoteTo(D16(), hn::BitCast(hn::RebindToSigned<D>(), rounded));
}

/// Runs `whole(i)` for each full vector. What is left goes through a padded copy, so that nothing beyond n is
/// read or written.
template <class Whole, class Rest>
HWY_INLINE void for_vectors(std::size_t n, const Whole& whole, const Rest& rest) {
  const std::size_t lanes = hn::Lanes(D());
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) whole(i);
  if (i < n) rest(i, n - i);
}

HWY_INLINE void pad(const float* from, float* to, std::size_t n) {
  std::fill(std::copy_n(from, n, to), to + kLanes, 0.0F);
}

void StorePlanar(const float* in, std::uint16_t* out, std::size_t n) {
  for_vectors(
      n, [=](std::size_t i) HWY_ATTR { hn::StoreU(to_bfloat16(in + i), D16(), out + i); },
      [=](std::size_t i, std::size_t left) HWY_ATTR {
        float padded[kLanes];
        std::uint16_t result[kLanes];
        pad(in + i, padded, left);
        hn::StoreU(to_bfloat16(padded), D16(), result);
        std::copy_n(result, left, out + i);
      });
}

HWY_INLINE void interleave(const float* r, const float* g, const float* b, float* out) {
  const D d;
  hn::StoreInterleaved3(hn::LoadU(d, r), hn::LoadU(d, g), hn::LoadU(d, b), d, out);
}

HWY_INLINE void interleave(const float* r, const float* g, const float* b, std::uint16_t* out) {
  hn::StoreInterleaved3(to_bfloat16(r), to_bfloat16(g), to_bfloat16(b), D16(), out);
}

template <class T>
HWY_INLINE void store_interleaved(const Planes& in, T* out, std::size_t n) {
  for_vectors(
      n, [=](std::size_t i) HWY_ATTR { interleave(in.r + i, in.g + i, in.b + i, out + 3 * i); },
      [=](std::size_t i, std::size_t left) HWY_ATTR {
        float padded[3][kLanes];
        T result[3 * kLanes];
        pad(in.r + i, padded[0], left);
        pad(in.g + i, padded[1], left);
        pad(in.b + i, padded[2], left);
        interleave(padded[0], padded[1], padded[2], result);
        std::copy_n(result, 3 * left, out + 3 * i);
      });
}

void StorePixelsFloat(const Planes& in, float* out, std::size_t n) { store_interleaved(in, out, n); }
void StorePixelsBfloat16(const Planes& in, std::uint16_t* out, std::size_t n) { store_interleaved(in, out, n); }

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab::kernels {

HWY_EXPORT(StorePlanar);
HWY_EXPORT(StorePixelsFloat);
HWY_EXPORT(StorePixelsBfloat16);

void store_planar(const float* in, std::uint16_t* out, std::size_t n) { HWY_DYNAMIC_DISPATCH(StorePlanar)(in, out, n); }
void store_pixels(const Planes& in, float* out, std::size_t n) { HWY_DYNAMIC_DISPATCH(StorePixelsFloat)(in, out, n); }
void store_pixels(const Planes& in, std::uint16_t* out, std::size_t n) {
  HWY_DYNAMIC_DISPATCH(StorePixelsBfloat16)(in, out, n);
}

}  // namespace byolab::kernels
#endif  // HWY_ONCE
