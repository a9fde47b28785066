// Symmetric convolution along rows and across them: one multiplication for two pixels.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/blur_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kLanes>;
using V = hn::Vec<D>;

/// out[i] for kParts vectors at once, which hides the latency of the additions. `pair(k, i)`: the two pixels at
/// distance k from pixel i, added.
template <int kParts, class Middle, class Pair>
HWY_INLINE void convolve(float* out, std::size_t i, const float* half, int radius, const Middle& middle,
                         const Pair& pair) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  V sum[kParts];
  const V w0 = hn::Set(d, half[0]);
  for (int p = 0; p < kParts; ++p) sum[p] = hn::Mul(w0, middle(i + static_cast<std::size_t>(p) * lanes));
  for (int k = 1; k <= radius; ++k) {
    const V w = hn::Set(d, half[k]);
    for (int p = 0; p < kParts; ++p) sum[p] = hn::MulAdd(w, pair(k, i + static_cast<std::size_t>(p) * lanes), sum[p]);
  }
  for (int p = 0; p < kParts; ++p) hn::Store(sum[p], d, out + i + static_cast<std::size_t>(p) * lanes);
}

template <class Middle, class Pair>
HWY_INLINE void convolve_all(float* out, std::size_t n, const float* half, int radius, const Middle& middle,
                             const Pair& pair) {
  const std::size_t lanes = hn::Lanes(D());
  std::size_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) convolve<4>(out, i, half, radius, middle, pair);
  for (; i < n; i += lanes) convolve<1>(out, i, half, radius, middle, pair);
}

void ConvolveRow(const float* row, float* out, std::size_t n, const float* half, int radius) {
  convolve_all(
      out, n, half, radius, [row](std::size_t i) HWY_ATTR { return hn::LoadU(D(), row + i); },
      [row](int k, std::size_t i)
          HWY_ATTR { return hn::Add(hn::LoadU(D(), row + i - k), hn::LoadU(D(), row + i + k)); });
}

void ConvolveRows(const float* const* rows, float* out, std::size_t n, const float* half, int radius) {
  const float* const* centre = rows + radius;
  convolve_all(
      out, n, half, radius, [centre](std::size_t i) HWY_ATTR { return hn::Load(D(), centre[0] + i); },
      [centre](int k, std::size_t i)
          HWY_ATTR { return hn::Add(hn::Load(D(), centre[-k] + i), hn::Load(D(), centre[k] + i)); });
}

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab::kernels {

HWY_EXPORT(ConvolveRow);
HWY_EXPORT(ConvolveRows);

void convolve_row(const float* row, float* out, std::size_t n, const float* half, int radius) {
  HWY_DYNAMIC_DISPATCH(ConvolveRow)(row, out, n, half, radius);
}
void convolve_rows(const float* const* rows, float* out, std::size_t n, const float* half, int radius) {
  HWY_DYNAMIC_DISPATCH(ConvolveRows)(rows, out, n, half, radius);
}

}  // namespace byolab::kernels
#endif  // HWY_ONCE
