#include "supervised.hpp"

#include <cmath>

#include <ATen/Functions.h>
#include <ATen/core/Reduction.h>
#include <ATen/core/grad_mode.h>

#include "vectors.hpp"

namespace {

constexpr std::int64_t kUnknown = -1;  // the label of an image without one

}  // namespace

void Supervised::describe(byolab::Fields& field, Options& options) {
  field("label_smoothing", options.label_smoothing, "share of the label that is spread over all classes",
        {.min = 0, .max = 1});
  field("stop_gradient", options.stop_gradient, "train the classifier alone and leave the encoder as it is");
  field("first_view_only", options.first_view_only, "classify the first view rather than all");
}

Supervised::Supervised(const Options& options, const byolab::Context& context) : options_(options) {
  if (context.classes < 1)
    throw byolab::Error("the loss 'supervised' needs labels, and the data set has none",
                        "choose another [loss] or [data]");
  // As torch.nn.Linear starts: uniform within 1/√inputs.
  const double bound = 1 / std::sqrt(static_cast<double>(context.features));
  weight_ =
      register_parameter("classifier_weight", at::empty({context.classes, context.features}).uniform_(-bound, bound));
  bias_ = register_parameter("classifier_bias", at::empty({context.classes}).uniform_(-bound, bound));
}

at::Tensor Supervised::forward(const byolab::Outputs& outputs, const byolab::Step&) {
  const auto& labels = present(outputs.labels, "labels", "supervised");
  const auto known = labels.ne(kUnknown).sum().clamp_min(1);
  const auto views = options_.first_view_only ? 1 : outputs.views.size();

  at::Tensor loss, right;
  for (std::size_t i = 0; i < views; ++i) {
    auto features = present(outputs.views[i].features, "features", "supervised");
    if (options_.stop_gradient) features = features.detach();
    const auto logits = at_least_float(at::linear(features, weight_.to(features.dtype()), bias_.to(features.dtype())));
    const auto one = at::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum, kUnknown, options_.label_smoothing);
    const auto hits = logits.detach().argmax(1).eq(labels).sum();
    loss = loss.defined() ? loss + one : one;
    right = right.defined() ? right + hits : hits;
  }
  const auto looked_at = known * static_cast<std::int64_t>(views);
  top1_ = right / looked_at;
  return loss / looked_at;
}

std::vector<byolab::Metric> Supervised::metrics() const {
  return {{"top1", "share of the batch's labelled images that the classifier gets right"}};
}

std::vector<double> Supervised::values() const {
  return {top1_.defined() ? top1_.item<double>() : std::numeric_limits<double>::quiet_NaN()};
}
