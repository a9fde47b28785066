#include "conformance/tensors.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace byolab::conformance {
namespace {

/// From a generator of its own, so that inputs do not depend on what a plugin drew from LibTorch's.
at::Tensor normal(at::IntArrayRef shape, std::uint64_t seed) {
  return at::randn(shape, at::make_generator<at::CPUGeneratorImpl>(seed + 1), at::TensorOptions().dtype(at::kDouble));
}

}  // namespace

at::Tensor numbers(at::IntArrayRef shape, const Setup& setup, std::uint64_t seed) {
  at::Tensor made = normal(shape, seed);
  switch (setup.fill) {
    case Fill::usual:
      break;
    case Fill::zero:
      made.zero_();
      break;
    case Fill::equal:
      if (made.dim() > 0 && made.size(0) > 0) made = made.narrow(0, 0, 1).expand_as(made).clone();
      break;
    case Fill::huge:
      made.mul_(1e4);
      break;
    case Fill::tiny:
      made.mul_(1e-6);
      break;
  }
  return laid_out(made.to(setup.dtype), setup.layout);
}

at::Tensor laid_out(const at::Tensor& tensor, Layout layout) {
  if (tensor.dim() == 0 || layout == Layout::contiguous) return tensor.contiguous();
  if (layout == Layout::channels_last)
    return tensor.dim() == 4 ? tensor.contiguous(at::MemoryFormat::ChannelsLast) : tensor.contiguous();
  // Every second column of a tensor twice as wide, whose other numbers are wrong ones.
  std::vector<std::int64_t> wide = tensor.sizes().vec();
  wide.back() *= 2;
  const at::Tensor room = at::full(wide, 77, tensor.options());
  at::Tensor view = room.slice(tensor.dim() - 1, 0, wide.back(), 2);
  view.copy_(tensor);
  return view;
}

std::vector<at::Tensor> copies(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> made;
  for (const at::Tensor& tensor : tensors) made.push_back(tensor.defined() ? tensor.detach().clone() : at::Tensor());
  return made;
}

bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  if (a.defined() != b.defined()) return false;
  if (!a.defined()) return true;
  if (a.sizes() != b.sizes() || a.scalar_type() != b.scalar_type()) return false;
  return a.is_floating_point() ? at::allclose(a, b, 0, 0, true) : a.equal(b);
}

int first_difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  if (a.size() != b.size()) return 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same_bits(a[i], b[i])) return static_cast<int>(i);
  return -1;
}

double difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  if (a.size() != b.size()) return INFINITY;
  const auto largest = [](const at::Tensor& x) {
    return x.numel() == 0 ? 0 : x.to(at::kDouble).nan_to_num().abs().max().item<double>();
  };
  double overall = 1e-12, worst = 0;
  for (const at::Tensor& x : b) overall = std::max(overall, largest(x));
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].sizes() != b[i].sizes()) return INFINITY;
    if (a[i].numel() == 0) continue;
    const at::Tensor x = a[i].to(at::kDouble), y = b[i].to(at::kDouble);
    if (!x.isnan().equal(y.isnan())) return INFINITY;
    // What should be 0, and is all roundings, is measured by the others.
    const double scale = std::max(largest(y), 1e-6 * overall);
    worst = std::max(worst, largest(x - y) / scale);
  }
  return worst;
}

void expect_finite(const std::vector<at::Tensor>& results, const std::string& when) {
  for (const at::Tensor& result : results)
    if (result.defined() && !result.isfinite().all().item<bool>())
      throw Failure(fmt::format("a result of shape {} holds NaN or infinity {}", shape_text(result.sizes()), when));
}

std::string shape_text(at::IntArrayRef shape) {
  return fmt::format("[{}]", fmt::join(shape.begin(), shape.end(), ", "));
}

}  // namespace byolab::conformance
