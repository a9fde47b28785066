#include "geometry.hpp"

#include <cmath>

#include <ATen/Functions.h>

at::Tensor unit_rows(const at::Tensor& x) { return x / x.norm(2, {1}, true).clamp_min(1e-12); }

double spread(const at::Tensor& unit) {
  return std::sqrt(static_cast<double>(unit.size(1))) * unit.std(0, /*unbiased=*/false).mean().item<double>();
}

double effective_rank(const at::Tensor& x) {
  // The singular values' squares are the eigenvalues of the smaller of xᵀx and x·xᵀ.
  const at::Tensor gram = x.size(0) < x.size(1) ? at::mm(x, x.t()) : at::mm(x.t(), x);
  const at::Tensor singular = at::linalg_eigvalsh(gram).clamp_min(0).sqrt();
  const double sum = singular.sum().item<double>();
  if (sum == 0) return 0;  // all rows are zero
  const at::Tensor share = singular / sum;
  return std::exp(-at::xlogy(share, share).sum().item<double>());
}

double alignment(const at::Tensor& a, const at::Tensor& b) { return (a - b).square().sum(1).mean().item<double>(); }

double uniformity(const at::Tensor& unit) {
  constexpr std::int64_t kBlock = 512;
  const std::int64_t rows = unit.size(0);
  if (rows < 2) return std::nan("");
  const at::Tensor norms = unit.square().sum(1), transposed = unit.t();
  double sum = 0;
  for (std::int64_t begin = 0; begin < rows; begin += kBlock) {
    const at::Tensor block = unit.slice(0, begin, begin + kBlock);
    at::Tensor distance = at::addmm(norms, block, transposed, 1, -2);
    distance.add_(norms.slice(0, begin, begin + kBlock).unsqueeze(1)).clamp_min_(0);
    sum += distance.mul_(-2).exp_().sum().item<double>();
  }
  const double n = static_cast<double>(rows);
  return std::log((sum - n) / (n * (n - 1)));  // the pairs i = j gave 1 each
}

double mean_cosine(const at::Tensor& a, const at::Tensor& b) {
  return (unit_rows(a) * unit_rows(b)).sum(1).mean().item<double>();
}

at::Tensor best_linear_prediction(const at::Tensor& x, const at::Tensor& y) {
  at::Tensor gram = at::mm(x.t(), x);
  const double ridge = 1e-8 * gram.diagonal().mean().item<double>() + 1e-300;
  gram.diagonal().add_(ridge);
  return at::mm(x, at::linalg_solve(gram, at::mm(x.t(), y)));
}
