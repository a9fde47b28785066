#pragma once

// Vectorised passes of batch normalisation over a matrix whose rows are pixels and whose columns are channels.
// Plain pointers: the file that defines them compiles without LibTorch. float, or bfloat16 as its 16 bits.

#include <cstddef>
#include <cstdint>

#include "byolab/abi.hpp"

namespace byolab::kernels {

inline constexpr std::size_t kNormLanes = 16;  ///< the number of columns is a multiple of this

/// A matrix, dense, row by row. `Element` is float or std::uint16_t (bfloat16).
template <class Element>
struct Rows {
  const Element* data = nullptr;
  std::size_t rows = 0, columns = 0;
};

/// Adds to sum[c] and squares[c] the sums over rows of x − shift and (x − shift)²: a shift near the mean keeps the
/// digits of the variance.
template <class Element>
BYOLAB_API void norm_sums(const Rows<Element>& x, const float* shift, double* sum, double* squares);

/// out = act(x · scale + offset + residual). `residual` may be null; `out` may be x.
template <class Element>
BYOLAB_API void norm_apply(const Rows<Element>& x, const float* scale, const float* offset, const Element* residual,
                           bool relu, Element* out);

/// What the backward passes read. With `relu` the gradient counts where the output was positive: as `output` says,
/// or, if that is null (there was no residual), as x · scale + offset says.
template <class Element>
struct NormGradient {
  Rows<Element> x;
  const Element* gradient = nullptr;
  const Element* output = nullptr;
  const float* scale = nullptr;
  const float* offset = nullptr;
  const float* mean = nullptr;
  bool relu = false;
};

/// Adds to sum[c] and products[c] the sums over rows of g and g · (x − mean).
template <class Element>
BYOLAB_API void norm_gradient_sums(const NormGradient<Element>& of, double* sum, double* products);

/// into_x = a · g + b · x + d; into_residual = g, if it is not null.
template <class Element>
BYOLAB_API void norm_gradient_apply(const NormGradient<Element>& of, const float* a, const float* b, const float* d,
                                    Element* into_x, Element* into_residual);

}  // namespace byolab::kernels
