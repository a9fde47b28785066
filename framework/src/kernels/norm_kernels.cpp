// Batch normalisation on rows of pixels. Four vectors of columns at a time, over a few rows at a time: sums stay in
// registers, and what the rows of a block share (scales, offsets) is loaded once for each block.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/norm_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/elements-inl.hpp"
#include "kernels/norm_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = FloatTag;
using V = hn::Vec<D>;
static_assert(hn::MaxLanes(D()) <= kNormLanes);

constexpr std::size_t kBlockRows = 64;
constexpr std::size_t kBlockColumns = 64;

/// Calls `body(first_row, last_row, column)` for blocks of rows and each vector of columns in them.
template <class Body>
HWY_INLINE void for_each_block(std::size_t rows, std::size_t columns, const Body& body) {
  const std::size_t lanes = hn::Lanes(D());
  for (std::size_t row = 0; row < rows; row += kBlockRows)
    for (std::size_t column = 0; column < columns; column += lanes) body(row, std::min(rows, row + kBlockRows), column);
}

HWY_INLINE void add_to(double* total, V value) {
  HWY_ALIGN float parts[kNormLanes];
  hn::Store(value, D(), parts);
  for (std::size_t i = 0; i < hn::Lanes(D()); ++i) total[i] += static_cast<double>(parts[i]);
}

/// Two sums over the rows of a block, each in four parts, so that additions do not wait for one another.
struct TwoSums {
  V a[4], b[4];
  HWY_INLINE TwoSums() {
    for (int i = 0; i < 4; ++i) a[i] = b[i] = hn::Zero(D());
  }
  HWY_INLINE void finish(double* first, double* second) const {
    add_to(first, hn::Add(hn::Add(a[0], a[1]), hn::Add(a[2], a[3])));
    add_to(second, hn::Add(hn::Add(b[0], b[1]), hn::Add(b[2], b[3])));
  }
};

/// Runs `body(row, part)` over rows, the four parts in turn.
template <class Body>
HWY_INLINE void in_fours(std::size_t row, std::size_t end, const Body& body) {
  for (; row + 4 <= end; row += 4) {
    body(row, 0);
    body(row + 1, 1);
    body(row + 2, 2);
    body(row + 3, 3);
  }
  for (; row < end; ++row) body(row, 0);
}

template <class Element>
void Sums(const Rows<Element>& x, const float* shift, double* sum, double* squares) {
  for_each_block(x.rows, x.columns, [&](std::size_t row, std::size_t end, std::size_t column) HWY_ATTR {
    const V about = load(shift + column);
    TwoSums sums;
    in_fours(row, end, [&](std::size_t r, int part) HWY_ATTR {
      const V value = hn::Sub(load(x.data + r * x.columns + column), about);
      sums.a[part] = hn::Add(sums.a[part], value);
      sums.b[part] = hn::MulAdd(value, value, sums.b[part]);
    });
    sums.finish(sum + column, squares + column);
  });
}

template <bool kRelu, bool kResidual, class Element>
HWY_INLINE void apply(const Rows<Element>& x, const float* scale, const float* offset, const Element* residual,
                      Element* out) {
  for_each_block(x.rows, x.columns, [&](std::size_t row, std::size_t end, std::size_t column) HWY_ATTR {
    const V times = load(scale + column), plus = load(offset + column);
    for (; row < end; ++row) {
      const std::size_t at = row * x.columns + column;
      V value = hn::MulAdd(load(x.data + at), times, plus);
      if constexpr (kResidual) value = hn::Add(value, load(residual + at));
      if constexpr (kRelu) value = hn::IfThenZeroElse(hn::Lt(value, hn::Zero(D())), value);  // NaN stays NaN
      store(value, out + at);
    }
  });
}

template <class Element>
void Apply(const Rows<Element>& x, const float* scale, const float* offset, const Element* residual, bool relu,
           Element* out) {
  if (residual)
    relu ? apply<true, true>(x, scale, offset, residual, out) : apply<false, true>(x, scale, offset, residual, out);
  else
    relu ? apply<true, false>(x, scale, offset, residual, out) : apply<false, false>(x, scale, offset, residual, out);
}

enum class Mask { none, output, recomputed };

/// The gradient before the activation.
template <Mask kMask, class Element>
HWY_INLINE V masked(const NormGradient<Element>& of, std::size_t at, V x, V scale, V offset) {
  const V gradient = load(of.gradient + at);
  if constexpr (kMask == Mask::none) return gradient;
  const V output = kMask == Mask::output ? load(of.output + at) : hn::MulAdd(x, scale, offset);
  return hn::IfThenElseZero(hn::Gt(output, hn::Zero(D())), gradient);
}

template <Mask kMask, class Element>
HWY_INLINE void gradient_sums(const NormGradient<Element>& of, double* sum, double* products) {
  for_each_block(of.x.rows, of.x.columns, [&](std::size_t row, std::size_t end, std::size_t column) HWY_ATTR {
    const V scale = load(of.scale + column), offset = load(of.offset + column), mean = load(of.mean + column);
    TwoSums sums;
    in_fours(row, end, [&](std::size_t r, int part) HWY_ATTR {
      const std::size_t at = r * of.x.columns + column;
      const V x = load(of.x.data + at);
      const V g = masked<kMask>(of, at, x, scale, offset);
      sums.a[part] = hn::Add(sums.a[part], g);
      sums.b[part] = hn::MulAdd(g, hn::Sub(x, mean), sums.b[part]);
    });
    sums.finish(sum + column, products + column);
  });
}

template <Mask kMask, class Element>
HWY_INLINE void gradient_apply(const NormGradient<Element>& of, const float* a, const float* b, const float* d,
                               Element* into_x, Element* into_residual) {
  for_each_block(of.x.rows, of.x.columns, [&](std::size_t row, std::size_t end, std::size_t column) HWY_ATTR {
    const V scale = load(of.scale + column), offset = load(of.offset + column);
    const V of_g = load(a + column), of_x = load(b + column), constant = load(d + column);
    for (; row < end; ++row) {
      const std::size_t at = row * of.x.columns + column;
      const V x = load(of.x.data + at);
      const V g = masked<kMask>(of, at, x, scale, offset);
      if (into_residual) store(g, into_residual + at);
      store(hn::MulAdd(g, of_g, hn::MulAdd(x, of_x, constant)), into_x + at);
    }
  });
}

template <class Element>
Mask mask_of(const NormGradient<Element>& of) {
  return !of.relu ? Mask::none : of.output ? Mask::output : Mask::recomputed;
}

template <class Element>
void GradientSums(const NormGradient<Element>& of, double* sum, double* products) {
  switch (mask_of(of)) {
    case Mask::none:
      return gradient_sums<Mask::none>(of, sum, products);
    case Mask::output:
      return gradient_sums<Mask::output>(of, sum, products);
    case Mask::recomputed:
      return gradient_sums<Mask::recomputed>(of, sum, products);
  }
}

template <class Element>
void GradientApply(const NormGradient<Element>& of, const float* a, const float* b, const float* d, Element* into_x,
                   Element* into_residual) {
  switch (mask_of(of)) {
    case Mask::none:
      return gradient_apply<Mask::none>(of, a, b, d, into_x, into_residual);
    case Mask::output:
      return gradient_apply<Mask::output>(of, a, b, d, into_x, into_residual);
    case Mask::recomputed:
      return gradient_apply<Mask::recomputed>(of, a, b, d, into_x, into_residual);
  }
}

// HWY_EXPORT knows functions by name only, not templates.
void SumsF32(const Rows<float>& x, const float* s, double* a, double* b) { Sums(x, s, a, b); }
void SumsBf16(const Rows<std::uint16_t>& x, const float* s, double* a, double* b) { Sums(x, s, a, b); }
void ApplyF32(const Rows<float>& x, const float* s, const float* o, const float* r, bool relu, float* out) {
  Apply(x, s, o, r, relu, out);
}
void ApplyBf16(const Rows<std::uint16_t>& x, const float* s, const float* o, const std::uint16_t* r, bool relu,
               std::uint16_t* out) {
  Apply(x, s, o, r, relu, out);
}
void GradientSumsF32(const NormGradient<float>& of, double* a, double* b) { GradientSums(of, a, b); }
void GradientSumsBf16(const NormGradient<std::uint16_t>& of, double* a, double* b) { GradientSums(of, a, b); }
void GradientApplyF32(const NormGradient<float>& of, const float* a, const float* b, const float* d, float* x,
                      float* r) {
  GradientApply(of, a, b, d, x, r);
}
void GradientApplyBf16(const NormGradient<std::uint16_t>& of, const float* a, const float* b, const float* d,
                       std::uint16_t* x, std::uint16_t* r) {
  GradientApply(of, a, b, d, x, r);
}

}  // namespace byolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace byolab::kernels {

HWY_EXPORT(SumsF32);
HWY_EXPORT(SumsBf16);
HWY_EXPORT(ApplyF32);
HWY_EXPORT(ApplyBf16);
HWY_EXPORT(GradientSumsF32);
HWY_EXPORT(GradientSumsBf16);
HWY_EXPORT(GradientApplyF32);
HWY_EXPORT(GradientApplyBf16);

template <>
void norm_sums(const Rows<float>& x, const float* shift, double* sum, double* squares) {
  HWY_DYNAMIC_DISPATCH(SumsF32)(x, shift, sum, squares);
}
template <>
void norm_sums(const Rows<std::uint16_t>& x, const float* shift, double* sum, double* squares) {
  HWY_DYNAMIC_DISPATCH(SumsBf16)(x, shift, sum, squares);
}
template <>
void norm_apply(const Rows<float>& x, const float* scale, const float* offset, const float* residual, bool relu,
                float* out) {
  HWY_DYNAMIC_DISPATCH(ApplyF32)(x, scale, offset, residual, relu, out);
}
template <>
void norm_apply(const Rows<std::uint16_t>& x, const float* scale, const float* offset, const std::uint16_t* residual,
                bool relu, std::uint16_t* out) {
  HWY_DYNAMIC_DISPATCH(ApplyBf16)(x, scale, offset, residual, relu, out);
}
template <>
void norm_gradient_sums(const NormGradient<float>& of, double* sum, double* products) {
  HWY_DYNAMIC_DISPATCH(GradientSumsF32)(of, sum, products);
}
template <>
void norm_gradient_sums(const NormGradient<std::uint16_t>& of, double* sum, double* products) {
  HWY_DYNAMIC_DISPATCH(GradientSumsBf16)(of, sum, products);
}
template <>
void norm_gradient_apply(const NormGradient<float>& of, const float* a, const float* b, const float* d, float* into_x,
                         float* into_residual) {
  HWY_DYNAMIC_DISPATCH(GradientApplyF32)(of, a, b, d, into_x, into_residual);
}
template <>
void norm_gradient_apply(const NormGradient<std::uint16_t>& of, const float* a, const float* b, const float* d,
                         std::uint16_t* into_x, std::uint16_t* into_residual) {
  HWY_DYNAMIC_DISPATCH(GradientApplyBf16)(of, a, b, d, into_x, into_residual);
}

}  // namespace byolab::kernels
#endif  // HWY_ONCE
