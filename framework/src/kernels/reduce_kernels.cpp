// Sums over a tile. Columns beyond the width do not count.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kLanes>;
using V = hn::Vec<D>;

/// Adds `value(i)` over all rows: whole vectors, then the last one masked. Each row's sum goes into a double, so
/// that large images lose nothing.
template <class Value>
HWY_INLINE double add_up(int rows, int width, int stride, const Value& value) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d)), whole = width / lanes * lanes;
  const auto rest = hn::FirstN(d, static_cast<std::size_t>(width - whole));
  double total = 0;
  for (int y = 0; y < rows; ++y) {
    const std::size_t start = static_cast<std::size_t>(y) * static_cast<std::size_t>(stride);
    V sum = hn::Zero(d);
    for (int x = 0; x < whole; x += lanes) sum = hn::Add(sum, value(start + static_cast<std::size_t>(x)));
    if (whole < width) sum = hn::Add(sum, hn::IfThenElseZero(rest, value(start + static_cast<std::size_t>(whole))));
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

double Sum(const float* x, int rows, int width, int stride) {
  return add_up(rows, width, stride, [x](std::size_t i) HWY_ATTR { return hn::Load(D(), x + i); });
}

double SumOfGray(const Planes& x, int rows, int width, int stride) {
  return add_up(rows, width, stride, [&x](std::size_t i) HWY_ATTR {
    const D d;
    const V r = hn::Load(d, x.r + i), g = hn::Load(d, x.g + i), b = hn::Load(d, x.b + i);
    return hn::MulAdd(r, hn::Set(d, 0.2989F), hn::MulAdd(g, hn::Set(d, 0.587F), hn::Mul(b, hn::Set(d, 0.114F))));
  });
}

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab::kernels {

HWY_EXPORT(Sum);
HWY_EXPORT(SumOfGray);

double sum(const float* x, int rows, int width, int stride) {
  return HWY_DYNAMIC_DISPATCH(Sum)(x, rows, width, stride);
}
double sum_of_gray(const Planes& x, int rows, int width, int stride) {
  return HWY_DYNAMIC_DISPATCH(SumOfGray)(x, rows, width, stride);
}

}  // namespace byolab::kernels
#endif  // HWY_ONCE
