#include "info_nce.hpp"

#include <ATen/Functions.h>

#include "vectors.hpp"

void InfoNce::describe(byolab::Fields& field, Options& options) {
  const char* source = "Grill et al. 2020, section 5, Eq. 6 and Table 18";
  field("alpha", options.alpha, "temperature; more than 0", {.min = 1e-6, .source = source});
  field("beta", options.beta, "weight of the negatives: 0 is BYOL, 1 is InfoNCE", {.min = 0, .source = source});
  field("symmetric", options.symmetric, "take each view against each other one, rather than the first alone");
}

at::Tensor InfoNce::term(const at::Tensor& prediction, const at::Tensor& own, const at::Tensor& other) const {
  const auto attraction = -2 * (prediction * other).sum(1).mean();
  if (options_.beta == 0) return attraction;
  const auto within = prediction.matmul(own.t()) / options_.alpha;
  const auto itself = at::eye(within.size(0), within.options().dtype(at::kBool));
  const auto across = prediction.matmul(other.t()) / options_.alpha;
  const auto all = at::cat({within.masked_fill(itself, -std::numeric_limits<double>::infinity()), across}, 1);
  return attraction + options_.beta * 2 * options_.alpha * all.logsumexp(1).mean();
}

at::Tensor InfoNce::forward(const byolab::Outputs& outputs, const byolab::Step&) {
  at_least_two_views(outputs, "info_nce");
  const std::size_t views = outputs.views.size(), first = options_.symmetric ? views : 1;
  std::vector<at::Tensor> targets;
  for (const auto& view : outputs.views)
    targets.push_back(l2_normalize(present(view.target, "target projections", "info_nce")));

  at::Tensor sum;
  for (std::size_t i = 0; i < first; ++i) {
    const auto prediction = l2_normalize(present(outputs.views[i].prediction, "predictions", "info_nce"));
    for (std::size_t j = 0; j < views; ++j) {
      if (i == j) continue;
      const auto one = term(prediction, targets[i], targets[j]);
      sum = sum.defined() ? sum + one : one;
    }
  }
  return sum * ((options_.symmetric ? 2.0 : 1.0) / static_cast<double>(first * (views - 1)));
}
