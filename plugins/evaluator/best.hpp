#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

/// A similarity and a row in one number, greater for the better neighbour.
inline std::uint64_t key_of(float similarity, std::uint32_t row) {
  const auto bits = std::bit_cast<std::uint32_t>(similarity + 0.0F);  // one zero, not two
  const std::uint32_t ordered = bits >> 31 ? ~bits : bits | 0x80000000U;
  return static_cast<std::uint64_t>(ordered) << 32 | ~row;
}
inline std::uint32_t row_of(std::uint64_t key) { return ~static_cast<std::uint32_t>(key); }
inline float similarity_of(std::uint64_t key) {
  const auto ordered = static_cast<std::uint32_t>(key >> 32);
  return std::bit_cast<float>(ordered >> 31 ? ordered & 0x7fffffffU : ~ordered);
}

/// The best k of what one query has seen, rows in ascending order. Candidates gather until there are 2k; then the
/// better half stays, and nothing that is not above its worst is taken any more: most of a tile falls to one
/// comparison.
class Best {
 public:
  explicit Best(std::size_t k) : k_(k) { keys_.reserve(2 * k); }

  void look_through(const float* similarity, std::int64_t count, std::int64_t first_row) {
    constexpr std::int64_t kChunk = 32;
    std::int64_t i = 0;
    for (; i + kChunk <= count; i += kChunk) {
      int above = 0;
      for (std::int64_t j = 0; j < kChunk; ++j) above |= similarity[i + j] > worst_ ? 1 : 0;
      if (above) take(similarity, i, i + kChunk, first_row);
    }
    take(similarity, i, count, first_row);
  }

  void write(float* similarity, std::int64_t* index) {
    std::sort(keys_.begin(), keys_.end(), std::greater<>());
    for (std::size_t i = 0; i < k_; ++i) {
      similarity[i] = similarity_of(keys_[i]);
      index[i] = row_of(keys_[i]);
    }
  }

 private:
  void take(const float* similarity, std::int64_t begin, std::int64_t end, std::int64_t first_row) {
    for (std::int64_t i = begin; i < end; ++i) {
      if (!(similarity[i] > worst_)) continue;  // an equal one has a later row than what is kept
      keys_.push_back(key_of(similarity[i], static_cast<std::uint32_t>(first_row + i)));
      if (keys_.size() == 2 * k_) keep_better_half();
    }
  }
  void keep_better_half() {
    const auto kth = keys_.begin() + static_cast<std::ptrdiff_t>(k_) - 1;
    std::nth_element(keys_.begin(), kth, keys_.end(), std::greater<>());
    worst_ = similarity_of(*kth);
    keys_.resize(k_);
  }

  std::size_t k_;
  float worst_ = -std::numeric_limits<float>::infinity();
  std::vector<std::uint64_t> keys_;
};
