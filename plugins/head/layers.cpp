#include "layers.hpp"

#include <cmath>
#include <numbers>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

namespace {

/// Normal, cut at ±2σ, by the inverse of the distribution function: one draw for each weight.
void truncated_normal(at::Tensor weights, double sigma) {
  const double reach = std::erf(std::numbers::sqrt2);  // the probability within ±2σ
  weights.uniform_(-reach, reach).erfinv_().mul_(std::numbers::sqrt2 * sigma);
}

}  // namespace

void describe_init(byolab::Fields& field, Init& init) {
  field("init", init, {{"lecun", Init::lecun}, {"torch", Init::torch}},
        "how weights start: normal with sigma 1/sqrt(inputs), cut at two sigma, bias 0 (lecun); or uniform within "
        "1/sqrt(inputs) (torch)",
        {.source = "lecun: Haiku's default, in the reference code; torch: torch.nn.Linear's"});
}

torch::nn::Linear linear(std::int64_t in, std::int64_t out, bool bias, Init init) {
  torch::nn::Linear layer(torch::nn::LinearOptions(in, out).bias(bias));
  if (init == Init::torch) return layer;
  const at::NoGradGuard no_gradient;
  truncated_normal(layer->weight, 1 / std::sqrt(static_cast<double>(in)));
  if (bias) layer->bias.zero_();
  return layer;
}
