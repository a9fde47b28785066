#pragma once

#include <byolab/plugin.hpp>

struct Neighbours {
  at::Tensor similarity;  ///< [m, k] float32, greatest first
  at::Tensor index;       ///< [m, k] int64: rows of the bank
};

/// The k rows of `bank` [n, d] with the greatest inner product with each row of `queries` [m, d], float32, finite,
/// 1 <= k <= n < 2³². Of equal products the lower row comes first. The same whatever the number of threads.
Neighbours nearest(const at::Tensor& bank, const at::Tensor& queries, std::int64_t k);
