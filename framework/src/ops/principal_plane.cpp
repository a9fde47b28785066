#include "ops/principal_plane.hpp"

#include <ATen/Functions.h>

#include <algorithm>

namespace byolab {

Projection principal_plane(const Array<float>& array) {
  const at::Tensor features =
      at::from_blob(const_cast<float*>(array.data.data()), array.shape, at::kFloat).to(at::kDouble);
  const at::Tensor centred = features - features.mean(0, true);
  // The eigenvectors of the small d × d matrix; values come in ascending order.
  const auto [values, vectors] = at::linalg_eigh(at::mm(centred.t(), centred));
  const double total = std::max(values.clamp_min(0).sum().item<double>(), 1e-300);
  Projection plane{{{features.size(0), 2}, std::vector<double>(static_cast<std::size_t>(features.size(0) * 2))}, {}};
  const at::Tensor points = at::from_blob(plane.points.data.data(), plane.points.shape, at::kDouble);
  for (std::int64_t axis = 0; axis < std::min<std::int64_t>(2, features.size(1)); ++axis) {
    const std::int64_t place = features.size(1) - 1 - axis;
    at::Tensor weights = vectors.select(1, place);
    weights = weights * weights.index_select(0, weights.abs().argmax().view({1})).sign();
    points.select(1, axis).copy_(at::mv(centred, weights));
    plane.explained[static_cast<std::size_t>(axis)] = std::max(0.0, values[place].item<double>()) / total;
  }
  return plane;
}

}  // namespace byolab
