#include "nearest.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

namespace {

// A tile of products stays in a core's second-level cache, where it is looked through once.
constexpr std::int64_t kQueries = 256, kRows = 1024;

/// queries · rowsᵀ, [q, r]. As a 1 × 1 convolution where oneDNN is there: on AMD's processors its single-precision
/// products are twice as fast as those of MKL, which at::mm would use; elsewhere they are equals.
at::Tensor products(const at::Tensor& queries, const at::Tensor& rows) {
  if (!at::hasMKLDNN()) return at::mm(queries, rows.t()).contiguous();
  const std::int64_t d = queries.size(1), q = queries.size(0), r = rows.size(0);
  const at::Tensor pixels = queries.as_strided({1, d, q, 1}, {q * d, 1, d, d});  // channels last
  return at::mkldnn_convolution(pixels, rows.view({r, d, 1, 1}), {}, {0, 0}, {1, 1}, {1, 1}, 1)
      .permute({0, 2, 3, 1})
      .contiguous()
      .view({q, r});
}

/// A similarity and a row in one number, greater for the better neighbour.
std::uint64_t key_of(float similarity, std::uint32_t row) {
  const auto bits = std::bit_cast<std::uint32_t>(similarity + 0.0F);  // one zero, not two
  const std::uint32_t ordered = bits >> 31 ? ~bits : bits | 0x80000000U;
  return static_cast<std::uint64_t>(ordered) << 32 | ~row;
}
std::uint32_t row_of(std::uint64_t key) { return ~static_cast<std::uint32_t>(key); }
float similarity_of(std::uint64_t key) {
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

void search_block(const at::Tensor& bank, const at::Tensor& queries, float* similarity, std::int64_t* index,
                  std::int64_t k) {
  std::vector<Best> best(static_cast<std::size_t>(queries.size(0)), Best(static_cast<std::size_t>(k)));
  for (std::int64_t begin = 0; begin < bank.size(0); begin += kRows) {
    const at::Tensor tile = products(queries, bank.slice(0, begin, begin + kRows));
    const std::int64_t rows = tile.size(1);
    const float* row = tile.const_data_ptr<float>();
    for (Best& of_query : best) {
      of_query.look_through(row, rows, begin);
      row += rows;
    }
  }
  for (Best& of_query : best) {
    of_query.write(similarity, index);
    similarity += k;
    index += k;
  }
}

}  // namespace

Neighbours nearest(const at::Tensor& bank, const at::Tensor& queries, std::int64_t k) {
  const at::Tensor dense_bank = bank.contiguous(), dense_queries = queries.contiguous();
  const std::int64_t count = queries.size(0), blocks = (count + kQueries - 1) / kQueries;
  Neighbours found{at::empty({count, k}, at::kFloat), at::empty({count, k}, at::kLong)};
  float* const similarity = found.similarity.mutable_data_ptr<float>();
  std::int64_t* const index = found.index.mutable_data_ptr<std::int64_t>();
  // Within, LibTorch's own operations use one thread.
  at::parallel_for(0, blocks, 1, [&](std::int64_t first, std::int64_t last) {
    const c10::NoGradGuard no_grad;
    for (std::int64_t block = first; block < last; ++block) {
      const std::int64_t begin = block * kQueries;
      search_block(dense_bank, dense_queries.slice(0, begin, begin + kQueries), similarity + begin * k,
                   index + begin * k, k);
    }
  });
  return found;
}
