#include "adamw.hpp"

#include <cmath>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

namespace {

/// Bias corrections divide by 1 − βᵗ.
constexpr double kLargestBeta = 1 - 1e-9;

}  // namespace

void AdamW::describe(byolab::Fields& field, Options& options) {
  const char* torch = "torch.optim.AdamW's default";
  field("lr", options.lr, "learning rate", {.min = 0, .source = torch});
  describe_reference_batch(field, options.lr_reference_batch);
  field("beta1", options.beta1, "share of the mean gradient that is kept",
        {.min = 0, .max = kLargestBeta, .source = torch});
  field("beta2", options.beta2, "share of the mean squared gradient that is kept",
        {.min = 0, .max = kLargestBeta, .source = torch});
  field("eps", options.eps, "added to the root of the mean squared gradient", {.min = 0, .source = torch});
  field("weight_decay", options.weight_decay, "the weights shrink by lr times this at each step",
        {.min = 0, .source = torch});
  field("exclude_bias_norm", options.exclude_bias_norm, "biases and normalisation layers have no weight decay");
}

void AdamW::start(const std::vector<byolab::Parameter>& parameters) {
  groups_ = group(parameters);
  first_ = zeros_like(parameters);
  second_ = zeros_like(parameters);
  counts_ = at::zeros({static_cast<std::int64_t>(parameters.size())}, at::kLong);
}

void AdamW::state(byolab::State& state) {
  state("first_moment", first_);
  state("second_moment", second_);
  state("counts", counts_);
}

void AdamW::step(const byolab::Step& step) {
  const at::NoGradGuard no_gradient;
  counts_ = counts_.cpu();  // restoring may have brought it to the run's device
  lr_ = rate(step);
  for (const auto& group : groups_) {
    const auto active = ::active(group);
    if (active.ids.empty()) continue;
    const double lr = lr_ * group.lr_factor;
    const double decay = group.bias_or_norm && options_.exclude_bias_norm ? 0 : options_.weight_decay;
    if (decay != 0) at::_foreach_mul_(active.values, 1 - lr * decay);
    move(active, lr);
  }
}

void AdamW::move(const Active& active, double lr) {
  const auto first = active.of(first_), second = active.of(second_);
  at::_foreach_lerp_(first, active.gradients, 1 - options_.beta1);
  at::_foreach_mul_(second, options_.beta2);
  at::_foreach_addcmul_(second, active.gradients, active.gradients, 1 - options_.beta2);

  std::vector<at::Scalar> roots,
      rates;  // a number for each tensor: bias corrections differ where gradients missed steps
  auto* counts = counts_.mutable_data_ptr<std::int64_t>();
  for (const auto id : active.ids) {
    const auto t = static_cast<double>(++counts[id]);
    roots.emplace_back(std::sqrt(1 - std::pow(options_.beta2, t)));
    rates.emplace_back(-lr / (1 - std::pow(options_.beta1, t)));
  }
  auto denominators = at::_foreach_sqrt(second);
  at::_foreach_div_(denominators, roots);
  at::_foreach_add_(denominators, options_.eps);
  at::_foreach_addcdiv_(active.values, first, denominators, rates);
}
