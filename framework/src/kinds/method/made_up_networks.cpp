#include "kinds/method/made_up_networks.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

namespace byolab::conformance {
namespace {

constexpr std::int64_t kPixels = 3 * MadeUpNetwork::kPatch * MadeUpNetwork::kPatch;

/// [n, 3, h, w] to [n, patches, pixels of a patch], in rows from the top left.
at::Tensor patches(const at::Tensor& images) {
  constexpr std::int64_t k = MadeUpNetwork::kPatch;
  const std::int64_t n = images.size(0), rows = images.size(2) / k, columns = images.size(3) / k;
  return images.reshape({n, 3, rows, k, columns, k}).permute({0, 2, 4, 1, 3, 5}).reshape({n, rows * columns, kPixels});
}

}  // namespace

MadeUpNetwork::MadeUpNetwork(const Setup& setup, std::uint64_t seed, bool online) : online_(online) {
  const Setup plain{.dtype = setup.dtype == at::kBFloat16 ? at::kFloat : setup.dtype};
  const auto add = [&](const char* name, std::int64_t in, std::int64_t out) {
    const at::Tensor made = numbers({in, out}, plain, seed++) / std::sqrt(static_cast<double>(in));
    weights_.emplace_back(name, made.requires_grad_(online));
  };
  add("the encoder", kPixels, kFeatures);
  add("the projector", kFeatures, kProjection);
  add("the predictor", kProjection, kProjection);
}

Tensors MadeUpNetwork::each(const Tensors& tensors, std::size_t weight_index) const {
  const c10::AutoGradMode gradient(online_ && c10::GradMode::is_enabled());
  Tensors made;
  for (const at::Tensor& one : tensors)
    made.push_back(at::tanh(one.to(weight(weight_index).scalar_type()).matmul(weight(weight_index))));
  return made;
}

at::Tensor MadeUpNetwork::tokens(const at::Tensor& images, const at::Tensor& keep) {
  const at::Tensor all = each({patches(images)}, 0)[0];
  if (!keep.defined()) return all;
  return all.gather(1, keep.unsqueeze(2).expand({-1, -1, kFeatures}));
}

Tensors MadeUpNetwork::encode(const Tensors& images) {
  Tensors made;
  for (const at::Tensor& one : images) made.push_back(tokens(one, {}).mean(1));
  return made;
}

Tensors MadeUpNetwork::maps(const at::Tensor& images) {
  const std::int64_t n = images.size(0), rows = images.size(2) / kPatch, columns = images.size(3) / kPatch;
  return {tokens(images, {}).reshape({n, rows, columns, kFeatures}).permute({0, 3, 1, 2})};
}

Tensors MadeUpNetwork::project(const Tensors& features) { return each(features, 1); }

Tensors MadeUpNetwork::predict(const Tensors& projections) {
  if (!online_) throw Error("the target has no predictor", "predict through Networks::online()");
  return each(projections, 2);
}

Tensors MadeUpNetworks::as_targets(const Tensors& projections) {
  Tensors detached;
  for (const at::Tensor& z : projections) detached.push_back(z.detach());
  return detached;
}

}  // namespace byolab::conformance
