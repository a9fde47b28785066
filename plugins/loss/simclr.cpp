#include "simclr.hpp"

#include <ATen/Functions.h>

#include "vectors.hpp"

void SimClr::describe(byolab::Fields& field, Options& options) {
  field("temperature", options.temperature, "what cosines are divided by; more than 0",
        {.min = 1e-6,
         .source = "0.1: Grill et al. 2020, appendix F.4, for SimCLR; Chen et al. 2020 take 0.5 on CIFAR-10"});
}

at::Tensor SimClr::forward(const byolab::Outputs& outputs, const byolab::Step& step) {
  at_least_two_views(outputs, "simclr");
  temperature_ = options_.temperature(step);
  if (!(temperature_ > 0)) throw byolab::Error("the temperature is not above 0", "correct the schedule");
  std::vector<at::Tensor> projections;
  for (const auto& view : outputs.views)
    projections.push_back(l2_normalize(present(view.projection, "projections", "simclr")));
  const auto z = at::cat(projections);  // [v·n, p], view by view
  const auto views = static_cast<std::int64_t>(projections.size());
  const auto rows = z.size(0), n = rows / views;

  const auto similarity = z.matmul(z.t()) / temperature_;
  const auto itself = at::eye(rows, z.options().dtype(at::kBool));
  const auto normalizer = similarity.masked_fill(itself, -std::numeric_limits<double>::infinity()).logsumexp(1);
  // The sum over i's other views of s(i, p) needs no second matrix: it is z_i · (Σ_views z − z_i).
  const auto by_view = z.view({views, n, -1});
  const auto others = by_view.sum(0, true) - by_view;
  const auto positive = (by_view * others).sum() / (static_cast<double>(views - 1) * temperature_);
  return normalizer.mean() - positive / static_cast<double>(rows);
}
