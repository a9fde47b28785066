#include "standardise.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <ATen/Functions.h>

namespace {

constexpr std::size_t kShares = 16;  // sums of their own, whatever the number of threads

/// The mean over rows of what `add` adds to a row of sums for each of them.
template <class Add>
std::vector<double> column_means(const at::Tensor& x, Add&& add) {
  const std::int64_t rows = x.size(0);
  const auto columns = static_cast<std::size_t>(x.size(1));
  const float* data = x.const_data_ptr<float>();
  std::array<std::vector<double>, kShares> parts;
  byolab::parallel_for(kShares, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t part = first; part < last; ++part) {
      std::vector<double>& sums = parts[static_cast<std::size_t>(part)];
      sums.assign(columns, 0);
      const auto end = rows * (part + 1) / static_cast<std::int64_t>(kShares);
      for (std::int64_t row = rows * part / static_cast<std::int64_t>(kShares); row < end; ++row)
        add(data + row * x.size(1), sums.data());
    }
  });
  std::vector<double> means(columns);
  for (const std::vector<double>& sums : parts)
    for (std::size_t c = 0; c < columns; ++c) means[c] += sums[c] / static_cast<double>(rows);
  return means;
}

}  // namespace

Standard standard_of(const at::Tensor& x) {
  const at::Tensor dense = x.contiguous();
  const auto columns = static_cast<std::size_t>(x.size(1));
  const std::vector<double> mean = column_means(dense, [=](const float* row, double* sums) {
    for (std::size_t c = 0; c < columns; ++c) sums[c] += static_cast<double>(row[c]);
  });
  std::vector<double> scale = column_means(dense, [=, centre = mean.data()](const float* row, double* sums) {
    for (std::size_t c = 0; c < columns; ++c) {
      const double distance = static_cast<double>(row[c]) - centre[c];
      sums[c] += distance * distance;
    }
  });
  for (double& of : scale) of = of > 1e-24 ? 1 / std::sqrt(of) : 0;
  return {at::tensor(mean, at::kDouble), at::tensor(scale, at::kDouble)};
}

at::Tensor Standard::apply(const at::Tensor& x) const {
  const at::Tensor dense = x.contiguous();
  at::Tensor result = at::empty(x.sizes(), at::kFloat);
  const std::int64_t columns = x.size(1);
  const double *centre = mean.const_data_ptr<double>(), *factor = scale.const_data_ptr<double>();
  const float* from = dense.const_data_ptr<float>();
  float* into = result.mutable_data_ptr<float>();
  byolab::parallel_for(x.size(0), 64, [=](std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row)
      for (std::int64_t c = 0; c < columns; ++c)
        into[row * columns + c] =
            static_cast<float>((static_cast<double>(from[row * columns + c]) - centre[c]) * factor[c]);
  });
  return result;
}
