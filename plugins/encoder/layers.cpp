#include "layers.hpp"

#include <ATen/autocast_mode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/nn/init.h>

void describe_norm(byolab::Fields& field, NormOptions& options) {
  field("bn_momentum", options.momentum, "share of a batch's statistics in BatchNorm's running ones",
        {.min = 0, .max = 1, .source = "0.1, a decay of 0.9: the reference code, configs/byol.py"});
  field("bn_eps", options.eps, "added to BatchNorm's variance",
        {.min = 0, .source = "1e-5: the reference code, configs/byol.py"});
}

torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride) {
  torch::nn::Conv2d layer(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
  torch::nn::init::kaiming_normal_(layer->weight, 0, torch::kFanOut, torch::kReLU);
  return layer;
}

torch::nn::BatchNorm2d norm(std::int64_t channels, const NormOptions& options) {
  return torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(channels).momentum(options.momentum).eps(options.eps));
}

namespace {

/// A 1×1 convolution with a stride looks at the pixels of that stride alone. Over fewer than eight channels,
/// channels-last in float32, LibTorch 2.11's backward pass of it writes past its memory; without a stride it does not.
bool must_take_pixels_first(const torch::nn::Conv2d& layer, const at::Tensor& x) {
  return x.is_cpu() && x.size(1) < 8 && layer->options.kernel_size()->at(0) == 1 && layer->options.stride()->at(0) > 1;
}

at::Tensor every(std::int64_t stride, const at::Tensor& x) {
  return x.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride);
}

}  // namespace

at::Tensor convolve(const torch::nn::Conv2d& layer, const at::Tensor& x) {
  if (must_take_pixels_first(layer, x)) return at::conv2d(every(layer->options.stride()->at(0), x), layer->weight);
  // Where a tap of the kernel sees nothing but padding, LibTorch 2.11's backward pass in bfloat16 leaves that tap's
  // gradient unset: whatever was in memory, NaN included.
  const auto sees_padding_alone = [&](std::int64_t side, std::int64_t stride, std::int64_t padding) {
    return (side - 1) / stride * stride < padding;
  };
  const bool short_numbers = x.scalar_type() == at::kBFloat16 || at::autocast::is_autocast_enabled(x.device().type());
  const std::int64_t kernel = layer->options.kernel_size()->at(0), padding = kernel / 2,
                     stride = layer->options.stride()->at(0);
  const bool safe =
      !x.is_cpu() || !short_numbers ||
      (!sees_padding_alone(x.size(2), stride, padding) && !sees_padding_alone(x.size(3), stride, padding));
  if (safe && x.is_cpu() && kernel == 3 && stride == 1) return byolab::convolution_3x3(x, layer->weight);
  if (safe) return torch::nn::Conv2d(layer)->forward(x);
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  return at::conv2d(x.to(at::kFloat), layer->weight.to(at::kFloat), {}, stride, padding);
}

at::Tensor normalise(const torch::nn::BatchNorm2d& norm, at::Tensor x, byolab::Activation activation,
                     const at::Tensor& residual) {
  if (norm->is_training()) norm->num_batches_tracked.add_(1);
  const byolab::BatchNormTerms terms{
      norm->weight,        norm->bias,         norm->running_mean, norm->running_var, *norm->options.momentum(),
      norm->options.eps(), norm->is_training()};
  return byolab::batch_norm(std::move(x), terms, activation, residual);
}

at::Tensor pool(const at::Tensor& x) { return at::adaptive_avg_pool2d(x, {1, 1}).flatten(1); }
