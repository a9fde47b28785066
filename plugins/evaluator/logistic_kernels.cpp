// Softmax regression on a block of rows: a vector of classes, over eight rows at a time, so that what the rows share is
// loaded once for the eight.

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

constexpr std::size_t kRows = 8;

/// Logits of `kCount` rows from `row` on, one vector of classes.
template <std::size_t kCount>
HWY_INLINE void Logits(const LogisticBlock& block, std::size_t row, std::size_t lane, const float* HWY_RESTRICT weights,
                       const float* biases, float* HWY_RESTRICT out) {
  const D d;
  const float* x = block.features + row * block.width;
  V sum[kCount];
  for (std::size_t i = 0; i < kCount; ++i) sum[i] = hn::LoadU(d, biases + lane);
  for (std::size_t f = 0; f < block.width; ++f) {
    const V weight = hn::LoadU(d, weights + f * block.lanes + lane);
    for (std::size_t i = 0; i < kCount; ++i) sum[i] = hn::MulAdd(hn::Set(d, x[i * block.width + f]), weight, sum[i]);
  }
  for (std::size_t i = 0; i < kCount; ++i) hn::StoreU(sum[i], d, out + (row + i) * block.lanes + lane);
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
  for (std::size_t lane = 0; lane < block.lanes; lane += hn::Lanes(D())) {
    std::size_t row = 0;
    for (; row + kRows <= block.rows; row += kRows) Logits<kRows>(block, row, lane, weights, biases, errors);
    for (; row < block.rows; ++row) Logits<1>(block, row, lane, weights, biases, errors);
  }
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

/// Adds `kCount` rows' share to a gradient, one vector of classes.
template <std::size_t kCount>
HWY_INLINE void Outer(const LogisticBlock& block, std::size_t row, std::size_t lane, const float* HWY_RESTRICT errors,
                      float* HWY_RESTRICT gradient) {
  const D d;
  const float* x = block.features + row * block.width;
  V error[kCount];
  for (std::size_t i = 0; i < kCount; ++i) error[i] = hn::LoadU(d, errors + (row + i) * block.lanes + lane);
  for (std::size_t f = 0; f < block.width; ++f) {
    float* const to = gradient + f * block.lanes + lane;
    V sum = hn::LoadU(d, to);
    for (std::size_t i = 0; i < kCount; ++i) sum = hn::MulAdd(hn::Set(d, x[i * block.width + f]), error[i], sum);
    hn::StoreU(sum, d, to);
  }
}

void Gradient(const LogisticBlock& block, const float* errors, float* gradient) {
  for (std::size_t lane = 0; lane < block.lanes; lane += hn::Lanes(D())) {
    std::size_t row = 0;
    for (; row + kRows <= block.rows; row += kRows) Outer<kRows>(block, row, lane, errors, gradient);
    for (; row < block.rows; ++row) Outer<1>(block, row, lane, errors, gradient);
  }
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
