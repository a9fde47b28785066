#include "direct_pred.hpp"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

void DirectPred::describe(byolab::Fields& field, Options& options) {
  const char* source = "Tian et al. 2021, section 4 and Table 8";
  field("epsilon", options.epsilon, "share of the largest eigenvalue that is added to each",
        {.min = 0, .source = source});
  field("rho", options.rho, "share of the old correlation that is kept", {.min = 0, .max = 1, .source = source});
  field("refresh", options.refresh, "time between two eigendecompositions; the correlation follows each step");
}

DirectPred::DirectPred(const Options& options, const byolab::Context& context) : options_(options) {
  weight_ = register_buffer("weight", at::eye(context.inputs));
  correlation_ = register_buffer("correlation", at::zeros({context.inputs, context.inputs}));
}

at::Tensor DirectPred::forward(const at::Tensor& x) {
  // A copy: `solve` overwrites the buffer, perhaps before the backward of an earlier part of the batch.
  return x.matmul(weight_.to(x.scalar_type(), false, true));
}

void DirectPred::solve(const at::Tensor& projections, const at::Tensor&, const byolab::Step& step) {
  const at::NoGradGuard no_gradient;
  const auto z = projections.to(correlation_.scalar_type());
  const auto newest = z.t().matmul(z) / z.size(0);
  if (batches_ == 0)
    correlation_.copy_(newest);
  else
    correlation_.lerp_(newest, 1 - options_.rho);
  if (batches_ == 0 || options_.refresh.due(step)) refresh();
  ++batches_;
}

void DirectPred::refresh() {
  if (!correlation_.isfinite().all().item<bool>()) return;  // the run has diverged, which the host will say
  const auto [s, u] = at::linalg_eigh(correlation_.to(at::kDouble));
  const auto p = s.clamp_min(0).sqrt() + options_.epsilon * s.max();
  weight_.copy_((u * p).matmul(u.t()));
}
