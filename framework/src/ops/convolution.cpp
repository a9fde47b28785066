#include "byolab/convolution.hpp"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/record_function.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <optional>

#include "byolab/error.hpp"
#include "kernels/cpu.hpp"
#include "kernels/winograd_kernels.hpp"

namespace byolab {
namespace {

using kernels::TapStrides;
using kernels::TileGrid;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kMostOfSums = 64 << 20;  // floats, of all threads' gradients
constexpr auto kBlock = static_cast<std::int64_t>(kernels::kTiles);
constexpr auto kPanel = static_cast<std::int64_t>(kernels::kPanel);
constexpr std::int64_t kPanelsOfAThread = 4;  // below, a second thread would not pay

std::size_t size_of(const at::Tensor& tensor, std::int64_t dimension) {
  return static_cast<std::size_t>(tensor.size(dimension));
}

TileGrid grid_of(const at::Tensor& x) { return {x.size(0), x.size(2), x.size(3), x.size(1)}; }

std::int64_t blocks_of(const TileGrid& grid) { return (grid.tiles() + kBlock - 1) / kBlock; }

/// Tiles that hang over the edge must not cost what they save, and there must be enough for the weights' way to their
/// points and back.
bool tiles_pay(const at::Tensor& x, std::int64_t out) {
  const TileGrid grid = grid_of(x);
  return grid.down() * grid.across() * static_cast<std::int64_t>(kernels::kPoints) * 2 <=
             grid.height * grid.width * 9 &&
         grid.tiles() * 16 >= std::max(grid.channels, out);
}

bool is_short(const at::Tensor& tensor) { return tensor.scalar_type() == at::kBFloat16; }

bool fits(const at::Tensor& x, const at::Tensor& weight) {
  const auto numbers = [](const at::Tensor& of) { return of.scalar_type() == at::kFloat || is_short(of); };
  const auto panels = [](std::int64_t channels) { return channels > 0 && channels % kPanel == 0; };
  if (is_short(x) ? kernels::fast_bfloat16() : is_short(weight)) return false;
  return x.is_cpu() && numbers(x) && numbers(weight) && x.dim() == 4 &&
         weight.sizes() == at::IntArrayRef({weight.size(0), x.size(1), 3, 3}) && panels(x.size(1)) &&
         panels(weight.size(0)) && x.is_contiguous(at::MemoryFormat::ChannelsLast) && !x.is_neg() && x.numel() > 0 &&
         tiles_pay(x, weight.size(0));
}

std::int64_t points_of_weight(std::int64_t in, std::int64_t out) {
  return static_cast<std::int64_t>(kernels::kPoints *
                                   kernels::weight_stride(static_cast<std::size_t>(in), static_cast<std::size_t>(out)));
}

at::Tensor block_of_points(std::int64_t channels) {
  return at::empty(
      {static_cast<std::int64_t>(kernels::kPoints * kernels::point_stride(static_cast<std::size_t>(channels)))},
      at::kFloat);
}

/// Calls `panel(o)` for each first channel of a panel of outputs.
template <class Panel>
void for_each_panel(std::int64_t out, const Panel& panel) {
  at::parallel_for(0, out / kPanel, kPanelsOfAThread, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) panel(i * kPanel);
  });
}

/// [out, in, 3, 3]
TapStrides strides_of(const at::Tensor& weight) {
  return {weight.stride(1), weight.stride(0), weight.stride(2), weight.stride(3)};
}

/// Weights at their points. `turned`: by half a turn, from outputs to inputs.
at::Tensor points_of(const at::Tensor& weight, bool turned) {
  const at::Tensor full = weight.to(at::kFloat).resolve_neg();
  const std::int64_t in = full.size(turned ? 0 : 1), out = full.size(turned ? 1 : 0);
  at::Tensor points = at::empty({points_of_weight(in, out)}, at::kFloat);
  TapStrides strides = strides_of(full);
  const float* taps = full.const_data_ptr<float>();
  if (turned) {
    taps += 2 * (strides.row + strides.column);
    strides = {strides.out, strides.in, -strides.row, -strides.column};
  }
  float* const to = points.mutable_data_ptr<float>();
  for_each_panel(out, [&](std::int64_t o) {
    kernels::winograd_weights(taps + o * strides.out, strides, static_cast<std::size_t>(in),
                              static_cast<std::size_t>(out), to + o * in);
  });
  return points;
}

/// y, of `out` channels, of x and weights at their points.
template <class Element>
at::Tensor convolve_with(const at::Tensor& x, const at::Tensor& weights, std::int64_t out) {
  const TileGrid from = grid_of(x), to{from.images, from.height, from.width, out};
  at::Tensor y = at::empty({to.images, to.channels, to.height, to.width}, x.options(), at::MemoryFormat::ChannelsLast);
  const float* const by = weights.const_data_ptr<float>();
  const auto* const in = static_cast<const Element*>(x.const_data_ptr());
  auto* const into = static_cast<Element*>(y.mutable_data_ptr());
  at::parallel_for(0, blocks_of(from), 1, [&](std::int64_t begin, std::int64_t end) {
    const at::Tensor points = block_of_points(from.channels), products = block_of_points(to.channels);
    auto *const p = points.mutable_data_ptr<float>(), *const q = products.mutable_data_ptr<float>();
    for (std::int64_t first = begin * kBlock, last = std::min(end * kBlock, from.tiles()); first < last;
         first += kBlock) {
      const auto count = static_cast<std::size_t>(std::min(kBlock, last - first));
      kernels::winograd_input(in, from, first, count, p);
      kernels::winograd_products(p, by, size_of(x, 1), static_cast<std::size_t>(out), q);
      kernels::winograd_output(q, to, first, count, into);
    }
  });
  return y;
}

at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, bool turned = false) {
  const at::Tensor points = points_of(weight, turned);
  const std::int64_t out = weight.size(turned ? 1 : 0);
  return is_short(x) ? convolve_with<std::uint16_t>(x, points, out) : convolve_with<float>(x, points, out);
}

/// Sums over tiles of products of points, [parts, 36 · (in · out + 16)]. Each thread adds up its share of the tiles.
template <class Element>
at::Tensor sums_over_tiles(const at::Tensor& x, const at::Tensor& gradient) {
  const TileGrid from = grid_of(x), to = grid_of(gradient);
  const std::int64_t in = from.channels, out = to.channels, points_of_one = points_of_weight(in, out);
  const std::int64_t parts = std::clamp<std::int64_t>(kMostOfSums / points_of_one, 1,
                                                      std::min<std::int64_t>(at::get_num_threads(), blocks_of(from)));
  at::Tensor sums = at::zeros({parts, points_of_one}, at::kFloat);
  const auto* const of = static_cast<const Element*>(x.const_data_ptr());
  const auto* const with = static_cast<const Element*>(gradient.const_data_ptr());
  at::parallel_for(0, parts, 1, [&](std::int64_t begin, std::int64_t end) {
    const at::Tensor points = block_of_points(in), gradients = block_of_points(out);
    auto *const p = points.mutable_data_ptr<float>(), *const g = gradients.mutable_data_ptr<float>();
    for (std::int64_t part = begin; part < end; ++part) {
      float* const sum = sums.mutable_data_ptr<float>() + part * sums.stride(0);
      const std::int64_t last = std::min(blocks_of(from) * (part + 1) / parts * kBlock, from.tiles());
      for (std::int64_t first = blocks_of(from) * part / parts * kBlock; first < last; first += kBlock) {
        const auto count = static_cast<std::size_t>(std::min(kBlock, last - first));
        kernels::winograd_input(of, from, first, count, p);
        kernels::winograd_gradient(with, to, first, count, g);
        kernels::winograd_sums(p, g, static_cast<std::size_t>(in), static_cast<std::size_t>(out), sum);
      }
    }
  });
  return parts > 1 ? sums.sum(0) : sums;
}

/// ∂weight, in weight's type and layout.
at::Tensor weight_gradient(const at::Tensor& x, const at::Tensor& gradient, const at::Tensor& weight) {
  const at::Tensor sums =
      is_short(x) ? sums_over_tiles<std::uint16_t>(x, gradient) : sums_over_tiles<float>(x, gradient);
  at::Tensor taps = at::empty_like(weight, at::kFloat);
  const float* const from = sums.const_data_ptr<float>();
  float* const to = taps.mutable_data_ptr<float>();
  const TapStrides strides = strides_of(taps);
  for_each_panel(weight.size(0), [&](std::int64_t o) {
    kernels::winograd_weight_gradient(from + o, strides, size_of(weight, 1), size_of(weight, 0), to + o * strides.out);
  });
  return taps.to(weight.scalar_type());
}

struct Winograd : torch::autograd::Function<Winograd> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight) {
    context->save_for_backward({x, weight});
    return convolve(x, weight);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    if (c10::GradMode::is_enabled())  // create_graph: each gradient depends on the other's input
      throw Error("convolution_3x3 can be differentiated once, not twice",
                  "use torch::nn::Conv2d where a second derivative is needed");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1];
    const at::Tensor gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast).resolve_neg();
    // ∂x is a convolution of the gradient, with the weights turned.
    return {context->needs_input_grad(0) ? convolve(gradient, weight, true) : at::Tensor(),
            context->needs_input_grad(1) ? weight_gradient(x, gradient, weight) : at::Tensor()};
  }
};

/// To which type autocast takes the numbers, if it does.
std::optional<at::ScalarType> autocast_type() {
  if (!at::autocast::is_autocast_enabled(at::kCPU)) return std::nullopt;
  return at::autocast::get_autocast_dtype(at::kCPU);
}

/// LibTorch's, which wants both in one type: a mixture is of bfloat16, as it is where tiles fit.
at::Tensor libtorch(const at::Tensor& x, const at::Tensor& weight) {
  const bool mixed = is_short(x) && weight.scalar_type() == at::kFloat;
  return at::conv2d(x, mixed ? weight.to(at::kBFloat16) : weight, {}, 1, 1);
}

}  // namespace

at::Tensor convolution_3x3(const at::Tensor& input, const at::Tensor& weight) {
  if (!input.is_cpu()) return libtorch(input, weight);
  const std::optional<at::ScalarType> type = autocast_type();
  // Under autocast, what LibTorch's convolutions would read; the weights keep their digits.
  const at::Tensor x = type == at::kBFloat16 && input.scalar_type() == at::kFloat ? input.to(at::kBFloat16) : input;
  if (type.value_or(at::kBFloat16) != at::kBFloat16 || !fits(x, weight)) return libtorch(input, weight);
  RECORD_FUNCTION("byolab::convolution_3x3", c10::ArrayRef<const c10::IValue>{});  // for profiles
  const bool gradient = c10::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad());
  return gradient ? Winograd::apply(x, weight) : convolve(x, weight);
}

}  // namespace byolab
