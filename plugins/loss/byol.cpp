#include "byol.hpp"

#include <cmath>

#include <ATen/Functions.h>

#include "vectors.hpp"

namespace {

constexpr double kEps = 1e-5;  // of layer_norm and batch_norm, both frameworks' default

at::Tensor standardized(const at::Tensor& x, std::int64_t dim) {
  const auto centred = x - x.mean(dim, true);
  return centred * (centred.square().mean(dim, true) + kEps).rsqrt();
}

}  // namespace

void Byol::describe(byolab::Fields& field, Options& options) {
  field("scale", options.scale, "factor of the loss: 1 sums both directions, 0.5 takes their mean",
        {.source =
             "1: the reference code, byol_experiment.py, and solo-learn; 0.25 has lightly's and SimSiam's gradient"});
  field("normalization", options.normalization,
        {{"l2", Normalization::l2},
         {"layer_norm", Normalization::layer_norm},
         {"batch_norm", Normalization::batch_norm},
         {"none", Normalization::none}},
        "of predictions and targets; layer_norm and batch_norm have no trained part and are divided by sqrt(d)",
        {.source = "Grill et al. 2020, appendix F.6, Table 20"});
  field("symmetric", options.symmetric, "predict each view from each other one, rather than from the first alone");
}

at::Tensor Byol::normalized(const at::Tensor& x) const {
  switch (options_.normalization) {
    case Normalization::l2:
      return l2_normalize(x);
    case Normalization::layer_norm:
      return standardized(at_least_float(x), 1) / std::sqrt(x.size(1));
    case Normalization::batch_norm:
      return standardized(at_least_float(x), 0) / std::sqrt(x.size(1));
    case Normalization::none:
      break;
  }
  return at_least_float(x);
}

namespace {

void expect_same_width(const at::Tensor& prediction, const at::Tensor& target) {
  if (prediction.size(1) == target.size(1)) return;
  throw byolab::Error("byol compares a prediction of " + std::to_string(prediction.size(1)) +
                          " numbers with a target projection of " + std::to_string(target.size(1)),
                      "give [predictor] and [projector] the same output");
}

}  // namespace

at::Tensor Byol::forward(const byolab::Outputs& outputs, const byolab::Step&) {
  std::vector<at::Tensor> predictions(outputs.views.size()), targets(outputs.views.size());
  const auto once = [&](std::vector<at::Tensor>& made, std::size_t view, const at::Tensor& given) -> const at::Tensor& {
    if (!made[view].defined()) made[view] = normalized(given);
    return made[view];
  };
  // All targets first: they were made first, and have no gradient.
  for (const auto& [i, j] : outputs.pairs)
    once(targets, j, present(outputs.views[j].target, "target projections", "byol"));
  at::Tensor sum;
  std::int64_t pairs = 0;
  for (const auto& [i, j] : outputs.pairs) {
    if (!options_.symmetric && i != outputs.pairs.front().prediction) continue;
    const auto& prediction = once(predictions, i, present(outputs.views[i].prediction, "predictions", "byol"));
    expect_same_width(prediction, targets[j]);
    const auto term = (prediction - targets[j]).square().sum(1).mean();
    sum = sum.defined() ? sum + term : term;
    ++pairs;
  }
  if (pairs == 0)
    throw byolab::Error("byol has no prediction to set against another view's target: it needs two views",
                        "write two [[views]], or one with count = 2");
  return sum * (options_.scale * (options_.symmetric ? 2 : 1) / static_cast<double>(pairs));
}
