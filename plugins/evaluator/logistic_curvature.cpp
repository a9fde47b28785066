#include "logistic_curvature.hpp"

#include <algorithm>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

namespace {

constexpr std::int64_t kRowsForAFeature = 4;
constexpr std::int64_t kColumns = 64;  // of a product, for one thread

at::Tensor evenly(const at::Tensor& features) {
  const std::int64_t step = std::max<std::int64_t>(1, features.size(0) / (kRowsForAFeature * features.size(1)));
  return features.slice(0, 0, features.size(0), step);
}

}  // namespace

LogisticCurvature::LogisticCurvature(const at::Tensor& features, std::int64_t classes) {
  const at::Tensor rows = evenly(features).contiguous();
  const std::int64_t width = rows.size(1), blocks = (width + kColumns - 1) / kColumns;
  at::Tensor moments = at::empty({width, width}, at::kFloat);  // above the diagonal: they are symmetric
  // Within, LibTorch's own operations use one thread: the sums do not depend on how many there are.
  at::parallel_for(0, blocks, 1, [&](std::int64_t first, std::int64_t last) {
    const c10::NoGradGuard no_grad;
    for (std::int64_t block = first; block < last; ++block) {
      const std::int64_t begin = block * kColumns, end = std::min(width, begin + kColumns);
      moments.slice(0, begin, end).slice(1, begin).copy_(at::mm(rows.slice(1, begin, end).t(), rows.slice(1, begin)));
    }
  });
  const at::Tensor above = moments.triu(1);
  curvature_ = moments.triu().add_(above.t()).to(at::kDouble).div_(static_cast<double>(rows.size(0) * classes));
}

at::Tensor LogisticCurvature::inverse(double l2) const {
  at::Tensor inverse;
  at::parallel_for(0, 2, 1, [&](std::int64_t first, std::int64_t) {
    if (first != 0) return;  // there is one task, and a second so that it runs on one thread, as above
    const c10::NoGradGuard no_grad;
    const double least = l2 + 1e-6 * curvature_.diagonal().mean().item<double>();
    const auto [factor, failed] =
        at::linalg_cholesky_ex(curvature_ + at::eye(curvature_.size(0), at::kDouble).mul_(least));
    if (failed.item<int>() == 0) inverse = at::cholesky_inverse(factor);
  });
  return inverse;
}
