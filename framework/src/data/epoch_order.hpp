#pragma once

#include <cstdint>
#include <vector>

#include "byolab/random.hpp"

namespace byolab {

/// Fisher–Yates.
template <class T>
void shuffle(std::vector<T>& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[random.below(static_cast<std::uint32_t>(i))]);
}

/// The order in which an epoch visits `n` samples: positions 0 … n − 1, shuffled. Depends on seed and epoch alone.
inline std::vector<std::int64_t> epoch_order(std::uint64_t seed, std::int64_t epoch, std::int64_t n) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  Random random(seed, stream_of("order"), static_cast<std::uint64_t>(epoch));
  shuffle(order, random);
  return order;
}

}  // namespace byolab
