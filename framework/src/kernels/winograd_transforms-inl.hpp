// The transforms of Winograd's filtering F(4×4, 3×3), in both dimensions. Included once for each instruction set, as
// elements-inl.hpp is.

#if defined(BYOLAB_OPS_WINOGRAD_TRANSFORMS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef BYOLAB_OPS_WINOGRAD_TRANSFORMS_INL_HPP
#undef BYOLAB_OPS_WINOGRAD_TRANSFORMS_INL_HPP
#else
#define BYOLAB_OPS_WINOGRAD_TRANSFORMS_INL_HPP
#endif

#include "kernels/elements-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace byolab::kernels::HWY_NAMESPACE::winograd {

namespace hn = hwy::HWY_NAMESPACE;
using V = FloatVector;

HWY_INLINE V add(V a, V b) { return hn::Add(a, b); }
HWY_INLINE V sub(V a, V b) { return hn::Sub(a, b); }
HWY_INLINE V times(float f, V a) { return hn::Mul(hn::Set(FloatTag(), f), a); }
HWY_INLINE V plus(V a, float f, V b) { return hn::MulAdd(hn::Set(FloatTag(), f), b, a); }  // a + f·b

// One dimension of each transform: the paper's matrices, for the points 0, ±1, ±2 and infinity.

/// Bᵀ: six pixels to six points.
struct OfInput {
  static constexpr int kFrom = 6, kTo = 6;
  HWY_INLINE void operator()(const V* d, V* to) const {
    const V a = plus(d[4], -4, d[2]), b = plus(d[3], -4, d[1]), c = sub(d[4], d[2]), e = times(2, sub(d[3], d[1]));
    to[0] = plus(plus(d[4], -5, d[2]), 4, d[0]);
    to[1] = add(a, b);
    to[2] = sub(a, b);
    to[3] = add(c, e);
    to[4] = sub(c, e);
    to[5] = plus(plus(d[5], -5, d[3]), 4, d[1]);
  }
};

/// G: three taps to six points.
struct OfWeights {
  static constexpr int kFrom = 3, kTo = 6;
  HWY_INLINE void operator()(const V* g, V* to) const {
    const V sum = add(g[0], g[2]), far = times(1 / 24.0F, plus(g[0], 4, g[2]));
    to[0] = times(0.25F, g[0]);
    to[1] = times(-1 / 6.0F, add(sum, g[1]));
    to[2] = times(-1 / 6.0F, sub(sum, g[1]));
    to[3] = plus(far, 1 / 12.0F, g[1]);
    to[4] = plus(far, -1 / 12.0F, g[1]);
    to[5] = g[2];
  }
};

/// Gᵀ: six points to three taps.
struct ToWeights {
  static constexpr int kFrom = 6, kTo = 3;
  HWY_INLINE void operator()(const V* p, V* to) const {
    const V near = add(p[1], p[2]), far = add(p[3], p[4]);
    to[0] = plus(plus(times(0.25F, p[0]), -1 / 6.0F, near), 1 / 24.0F, far);
    to[1] = plus(times(1 / 6.0F, sub(p[2], p[1])), 1 / 12.0F, sub(p[3], p[4]));
    to[2] = plus(plus(p[5], -1 / 6.0F, near), 1 / 6.0F, far);
  }
};

/// Aᵀ: six points to four pixels.
struct ToOutput {
  static constexpr int kFrom = 6, kTo = 4;
  HWY_INLINE void operator()(const V* p, V* to) const {
    const V near = add(p[1], p[2]), far = add(p[3], p[4]), odd = sub(p[1], p[2]), wide = sub(p[3], p[4]);
    to[0] = add(add(p[0], near), far);
    to[1] = plus(odd, 2, wide);
    to[2] = plus(near, 4, far);
    to[3] = add(plus(odd, 8, wide), p[5]);
  }
};

/// A: four pixels to six points.
struct OfGradient {
  static constexpr int kFrom = 4, kTo = 6;
  HWY_INLINE void operator()(const V* g, V* to) const {
    const V even = add(g[0], g[2]), odd = add(g[1], g[3]), wide = plus(g[0], 4, g[2]),
            tall = plus(times(2, g[1]), 8, g[3]);
    to[0] = g[0];
    to[1] = add(even, odd);
    to[2] = sub(even, odd);
    to[3] = add(wide, tall);
    to[4] = sub(wide, tall);
    to[5] = g[3];
  }
};

/// Both dimensions: `load(row, column)` gives what `store(row, column, value)` gets transformed.
template <class Transform, class Load, class Store>
HWY_INLINE void transform(const Load& load, const Store& store) {
  constexpr int kFrom = Transform::kFrom, kTo = Transform::kTo;
  V half[kFrom][kTo];  // column by column
  for (int j = 0; j < kFrom; ++j) {
    V column[kFrom];
    for (int i = 0; i < kFrom; ++i) column[i] = load(i, j);
    Transform()(column, half[j]);
  }
  for (int i = 0; i < kTo; ++i) {
    V row[kFrom], to[kTo];
    for (int j = 0; j < kFrom; ++j) row[j] = half[j][i];
    Transform()(row, to);
    for (int j = 0; j < kTo; ++j) store(i, j, to[j]);
  }
}

}  // namespace byolab::kernels::HWY_NAMESPACE::winograd
HWY_AFTER_NAMESPACE();

#endif
