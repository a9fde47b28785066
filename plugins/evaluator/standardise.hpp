#pragma once

#include <byolab/plugin.hpp>

/// What takes each column to mean 0 and standard deviation 1 (divided by n), float64 [d]: (x − mean) · scale. The scale
/// of a column whose deviation is below 1e-12 is 0.
struct Standard {
  at::Tensor mean, scale;
  at::Tensor apply(const at::Tensor& x) const;  ///< float32, computed in float64
};

/// Of the rows of x [n, d], float32. The same whatever the number of threads.
Standard standard_of(const at::Tensor& x);
