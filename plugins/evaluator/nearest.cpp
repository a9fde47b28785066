#include "nearest.hpp"

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/GradMode.h>

#include "best.hpp"

namespace {

constexpr std::int64_t kRows = 1024;  // of a tile of products

/// Whether oneDNN's products in single precision are the faster ones: MKL, which at::mm uses, leaves AVX-512 alone on
/// AMD's processors, and is twice as slow there; elsewhere MKL is up to a fifth faster.
bool onednn_is_faster() {
#if defined(__x86_64__)
  static const bool amd = __builtin_cpu_is("amd");
#else
  static const bool amd = false;
#endif
  static const bool faster = at::hasMKLDNN() && (!at::hasMKL() || (amd && at::get_cpu_capability() == "AVX512"));
  return faster;
}

/// Of a tile, which is looked through once: oneDNN's stays in a core's second-level cache; MKL's products gain more by
/// more queries than by that.
std::int64_t queries_of_a_tile() { return onednn_is_faster() ? 256 : 512; }

/// queries · rowsᵀ, [q, r]; oneDNN's come as a 1 × 1 convolution.
at::Tensor products(const at::Tensor& queries, const at::Tensor& rows) {
  if (!onednn_is_faster()) return at::mm(queries, rows.t()).contiguous();
  const std::int64_t d = queries.size(1), q = queries.size(0), r = rows.size(0);
  const at::Tensor pixels = queries.as_strided({1, d, q, 1}, {q * d, 1, d, d});  // channels last
  return at::mkldnn_convolution(pixels, rows.view({r, d, 1, 1}), {}, {0, 0}, {1, 1}, {1, 1}, 1)
      .permute({0, 2, 3, 1})
      .contiguous()
      .view({q, r});
}

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
  const std::int64_t count = queries.size(0), of_a_tile = queries_of_a_tile(),
                     blocks = (count + of_a_tile - 1) / of_a_tile;
  Neighbours found{at::empty({count, k}, at::kFloat), at::empty({count, k}, at::kLong)};
  float* const similarity = found.similarity.mutable_data_ptr<float>();
  std::int64_t* const index = found.index.mutable_data_ptr<std::int64_t>();
  // Within, LibTorch's own operations use one thread.
  at::parallel_for(0, blocks, 1, [&](std::int64_t first, std::int64_t last) {
    const c10::NoGradGuard no_grad;
    for (std::int64_t block = first; block < last; ++block) {
      const std::int64_t begin = block * of_a_tile;
      search_block(dense_bank, dense_queries.slice(0, begin, begin + of_a_tile), similarity + begin * k,
                   index + begin * k, k);
    }
  });
  return found;
}
