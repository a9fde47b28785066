#include "optimal_linear.hpp"

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

void OptimalLinear::describe(byolab::Fields& field, Options& options) {
  field("ridge", options.ridge,
        "added to the diagonal of Z'Z, as a share of the diagonal's mean; 0 takes the pseudo-inverse",
        {.min = 0, .source = "0: Grill et al. 2020, appendix I, with batches far larger than d"});
}

OptimalLinear::OptimalLinear(const Options& options, const byolab::Context& context) : options_(options) {
  weight_ = register_buffer("weight", at::eye(context.inputs));
}

at::Tensor OptimalLinear::forward(const at::Tensor& x) {
  // A copy: `solve` overwrites the buffer, perhaps before the backward of an earlier part of the batch.
  return x.matmul(weight_.to(x.scalar_type(), false, true));
}

void OptimalLinear::solve(const at::Tensor& projections, const at::Tensor& targets, const byolab::Step&) {
  const at::NoGradGuard no_gradient;
  if (projections.sizes() != targets.sizes())
    throw byolab::Error("'optimal_linear' needs targets as wide as the projections", "give both the same width");
  // Normal equations square the condition number, so they are solved in double.
  const auto z = projections.to(at::kDouble), wanted = targets.to(at::kDouble);
  if (options_.ridge == 0) {
    weight_.copy_(at::linalg_pinv(z).matmul(wanted));
    return;
  }
  auto gram = z.t().matmul(z);
  const auto lambda = options_.ridge * gram.diagonal().mean();
  gram.diagonal().add_(lambda.clamp_min(1e-30));  // all-zero projections give Q = 0, not an error
  weight_.copy_(at::linalg_solve(gram, z.t().matmul(wanted)));
}
