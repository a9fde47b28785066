#include "sgd.hpp"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

void Sgd::describe(byolab::Fields& field, Options& options) {
  const char* simsiam = "Chen and He 2021 (SimSiam), section 3";
  field("lr", options.lr, "learning rate",
        {.min = 0, .source = "Chen and He 2021 (SimSiam), section 3, where lr_reference_batch is 256"});
  describe_reference_batch(field, options.lr_reference_batch);
  field("momentum", options.momentum, "share of the momentum that is kept", {.min = 0, .max = 1, .source = simsiam});
  field("nesterov", options.nesterov, "look one step of momentum ahead");
  field("weight_decay", options.weight_decay, "share of the weights that is added to their gradient",
        {.min = 0, .source = simsiam});
  field("exclude_bias_norm", options.exclude_bias_norm, "biases and normalisation layers have no weight decay");
}

void Sgd::start(const std::vector<byolab::Parameter>& parameters) {
  groups_ = group(parameters);
  momentum_ = zeros_like(parameters);
}

void Sgd::step(const byolab::Step& step) {
  const at::NoGradGuard no_gradient;
  lr_ = rate(step);
  for (const auto& group : groups_) {
    const auto active = ::active(group);
    if (active.ids.empty()) continue;
    const double decay = group.bias_or_norm && options_.exclude_bias_norm ? 0 : options_.weight_decay;
    auto update = decay == 0 ? active.gradients : at::_foreach_add(active.gradients, active.values, decay);
    const auto momentum = active.of(momentum_);
    at::_foreach_mul_(momentum, options_.momentum);
    at::_foreach_add_(momentum, update);
    update = options_.nesterov ? at::_foreach_add(update, momentum, options_.momentum) : momentum;
    at::_foreach_add_(active.values, update, -lr_ * group.lr_factor);
  }
}
