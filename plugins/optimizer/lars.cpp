#include "lars.hpp"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

void Lars::describe(byolab::Fields& field, Options& options) {
  const char* reference = "the reference code, configs/byol.py and utils/optimizers.py";
  field("lr", options.lr, "learning rate",
        {.min = 0, .source = "the reference code, configs/byol.py, where lr_reference_batch is 256"});
  describe_reference_batch(field, options.lr_reference_batch);
  field("momentum", options.momentum, "share of the momentum that is kept", {.min = 0, .max = 1, .source = reference});
  field("weight_decay", options.weight_decay, "share of the weights that is added to their gradient",
        {.min = 0, .source = reference});
  field("trust_coefficient", options.trust_coefficient, "what the ratio of norms is multiplied with",
        {.min = 0, .source = reference});
  field("trust_denominator", options.trust_denominator,
        {{"sum", Denominator::sum}, {"separate", Denominator::separate}},
        "the weights' norm is divided by |g + wd p| (sum), or by |g| + wd |p| + eps (separate)",
        {.source = "sum: the reference code; separate: solo-learn, and lightly where the decay is not 0"});
  field("eps", options.eps, "added to the denominator where it is `separate`",
        {.min = 0, .source = "solo-learn and lightly, utils/lars.py"});
  field("clip_lr", options.clip_lr,
        "take min(ratio / lr, 1) for the ratio, so that what moves the weights is min(ratio, lr)",
        {.source = "solo-learn, solo/utils/lars.py, clip_lr"});
  field("lr_inside_momentum", options.lr_inside_momentum,
        "multiply by the learning rate before the momentum rather than after it",
        {.source = "false: the reference code; true: SimCLR's, google-research/simclr, lars_optimizer.py"});
  field("exclude_bias_norm", options.exclude_bias_norm,
        "biases and normalisation layers have neither weight decay nor the ratio", {.source = reference});
}

void Lars::start(const std::vector<byolab::Parameter>& parameters) {
  groups_ = group(parameters);
  momentum_ = zeros_like(parameters);
}

Tensors Lars::adapted(const Active& active, double lr) const {
  const double decay = options_.weight_decay;
  auto update = at::_foreach_add(active.gradients, active.values, decay);
  const auto weights = at::stack(at::_foreach_norm(active.values));
  const bool sum = options_.trust_denominator == Denominator::sum;
  const auto moves = at::stack(at::_foreach_norm(sum ? update : active.gradients));
  const auto denominator = sum ? moves : moves + decay * weights + options_.eps;
  auto ratio = options_.trust_coefficient * weights / denominator;
  if (options_.clip_lr) ratio = lr > 0 ? (ratio / lr).clamp_max(1) : at::ones_like(ratio);
  ratio = at::where((weights > 0) & (moves > 0), ratio, at::ones_like(ratio));
  // Where there is no gradient, `separate`'s sources leave the decay out, too.
  if (!sum) ratio = at::where(moves > 0, ratio, at::zeros_like(ratio));
  at::_foreach_mul_(update, ratio.unbind());
  return update;
}

void Lars::step(const byolab::Step& step) {
  const at::NoGradGuard no_gradient;
  lr_ = rate(step);
  for (const auto& group : groups_) {
    const auto active = ::active(group);
    if (active.ids.empty()) continue;
    const double lr = lr_ * group.lr_factor;
    const bool plain = group.bias_or_norm && options_.exclude_bias_norm;
    const auto update = plain ? active.gradients : adapted(active, lr);
    const auto momentum = active.of(momentum_);
    at::_foreach_mul_(momentum, options_.momentum);
    at::_foreach_add_(momentum, update, options_.lr_inside_momentum ? lr : 1.0);
    at::_foreach_add_(active.values, momentum, options_.lr_inside_momentum ? -1.0 : -lr);
  }
}
