// Softmax regression on a block of rows, in tiles of sums that stay in registers: all that a tile reads is used for a
// whole row of it.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "logistic_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>  // after foreach_target.h

#include <algorithm>
#include <cmath>

#include "logistic_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab_evaluator::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kClassLanes>;
using V = hn::Vec<D>;

constexpr std::size_t kVectors = kClassLanes / hn::MaxLanes(D());  // that hold a row of a tile
constexpr std::size_t kSums = 12;                                  // of the sixteen registers that any target has
constexpr std::size_t kRows = kSums / kVectors;

HWY_INLINE std::size_t TileLanes() { return kVectors * hn::Lanes(D()); }

/// to[i] += sum over k of a[i · step + k · stride] · b[k · lanes], for `kCount` rows i of a tile and `count` terms k.
template <std::size_t kCount>
HWY_INLINE void MultiplyTile(const float* HWY_RESTRICT a, std::size_t step, std::size_t stride,
                             const float* HWY_RESTRICT b, std::size_t lanes, std::size_t count,
                             float* HWY_RESTRICT to) {
  const D d;
  V sum[kCount][kVectors];
  for (std::size_t i = 0; i < kCount; ++i)
    for (std::size_t v = 0; v < kVectors; ++v) sum[i][v] = hn::LoadU(d, to + i * lanes + v * hn::Lanes(d));
  for (std::size_t k = 0; k < count; ++k, a += stride, b += lanes) {
    V row[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) row[v] = hn::LoadU(d, b + v * hn::Lanes(d));
    for (std::size_t i = 0; i < kCount; ++i) {
      const V factor = hn::Set(d, a[i * step]);
      for (std::size_t v = 0; v < kVectors; ++v) sum[i][v] = hn::MulAdd(factor, row[v], sum[i][v]);
    }
  }
  for (std::size_t i = 0; i < kCount; ++i)
    for (std::size_t v = 0; v < kVectors; ++v) hn::StoreU(sum[i][v], d, to + i * lanes + v * hn::Lanes(d));
}

/// The same for all `rows` of `to`.
HWY_INLINE void Multiply(const float* a, std::size_t step, std::size_t stride, const float* b, std::size_t lanes,
                         std::size_t count, float* to, std::size_t rows) {
  for (std::size_t lane = 0; lane < lanes; lane += TileLanes()) {
    std::size_t row = 0;
    for (; row + kRows <= rows; row += kRows)
      MultiplyTile<kRows>(a + row * step, step, stride, b + lane, lanes, count, to + row * lanes + lane);
    for (; row < rows; ++row)
      MultiplyTile<1>(a + row * step, step, stride, b + lane, lanes, count, to + row * lanes + lane);
  }
}

/// ln of the sum of exp of a row, which becomes its softmax.
HWY_INLINE double Softmax(float* row, std::size_t lanes) {
  const D d;
  V greatest = hn::LoadU(d, row);
  for (std::size_t i = hn::Lanes(d); i < lanes; i += hn::Lanes(d)) greatest = hn::Max(greatest, hn::LoadU(d, row + i));
  greatest = hn::MaxOfLanes(d, greatest);
  V sum = hn::Zero(d);
  for (std::size_t i = 0; i < lanes; i += hn::Lanes(d)) {
    const V power = hn::Exp(d, hn::Sub(hn::LoadU(d, row + i), greatest));
    hn::StoreU(power, d, row + i);
    sum = hn::Add(sum, power);
  }
  const float total = hn::GetLane(hn::SumOfLanes(d, sum));
  const V factor = hn::Set(d, 1 / total);
  for (std::size_t i = 0; i < lanes; i += hn::Lanes(d)) hn::StoreU(hn::Mul(hn::LoadU(d, row + i), factor), d, row + i);
  return static_cast<double>(hn::GetLane(greatest)) + std::log(static_cast<double>(total));
}

double Errors(const LogisticBlock& block, const float* weights, const float* biases, float* errors) {
  for (std::size_t row = 0; row < block.rows; ++row) std::copy_n(biases, block.lanes, errors + row * block.lanes);
  Multiply(block.features, block.width, 1, weights, block.lanes, block.width, errors, block.rows);
  double loss = 0;
  for (std::size_t row = 0; row < block.rows; ++row) {
    float* const of_row = errors + row * block.lanes;
    const auto label = static_cast<std::size_t>(block.labels[row]);
    const auto logit = static_cast<double>(of_row[label]);
    loss += Softmax(of_row, block.lanes) - logit;
    of_row[label] -= 1;
  }
  return loss;
}

void Gradient(const LogisticBlock& block, const float* errors, float* gradient) {
  Multiply(block.features, 1, block.width, errors, block.lanes, block.rows, gradient, block.width);
}

}  // namespace byolab_evaluator::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab_evaluator {
HWY_EXPORT(Errors);
HWY_EXPORT(Gradient);
}  // namespace byolab_evaluator

double logistic_errors(const LogisticBlock& block, const float* weights, const float* biases, float* errors) {
  using namespace byolab_evaluator;
  return HWY_DYNAMIC_DISPATCH(Errors)(block, weights, biases, errors);
}
void logistic_gradient(const LogisticBlock& block, const float* errors, float* gradient) {
  using namespace byolab_evaluator;
  HWY_DYNAMIC_DISPATCH(Gradient)(block, errors, gradient);
}
#endif  // HWY_ONCE
