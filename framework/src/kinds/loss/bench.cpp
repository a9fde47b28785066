#include "kinds/loss/bench.hpp"

#include "byolab/loss.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

namespace byolab::conformance {
namespace {

struct BatchSize {
  std::size_t views;
  std::int64_t rows, width;
};
constexpr BatchSize kOutputSizes[] = {{2, 8, 16}, {2, 5, 9}, {3, 6, 16}};
constexpr std::int64_t kFeatures = 24, kClasses = 3;

}  // namespace

LossBench::LossBench(const Specimen& specimen, const Setup& setup) : setup_(setup) {
  Context context;
  context.features = kFeatures;
  context.projection = kOutputSizes[setup.size].width;
  context.classes = kClasses;
  loss_ = specimen.make<Loss>(setup.options, context);
  loss_.object->to(setup.dtype);
  loss_.object->train(true);
  needs_ = loss_.call("needs()", -1, [](Loss& loss) { return loss.needs(); });
  const std::size_t views = kOutputSizes[setup.size].views;
  for (std::size_t v = 0; v < views; ++v)
    needs_of_.push_back(loss_.call("needs_of()", -1, [&](Loss& loss) { return loss.needs_of(v, views); }));
}

/// As the host hands it in: what the loss does not need is left out, the target has no gradient.
Outputs LossBench::outputs(std::int64_t k) {
  const auto& [views, rows, width] = kOutputSizes[setup_.size];
  Outputs outputs;
  for (std::size_t v = 0; v < views; ++v) {
    const std::uint64_t seed = 100 * static_cast<std::uint64_t>(k) + 10 * v;
    ViewOutputs view;
    const Needs& needs = needs_of_[v];
    if (needs.projection || needs.prediction) {
      view.features = numbers({rows, kFeatures}, setup_, seed).requires_grad_();
      view.projection = numbers({rows, width}, setup_, seed + 1).requires_grad_();
    }
    if (needs.prediction) view.prediction = numbers({rows, width}, setup_, seed + 2).requires_grad_();
    if (needs.target) view.target = numbers({rows, width}, setup_, seed + 3);
    outputs.views.push_back(view);
  }
  for (std::size_t i = 0; i < views; ++i)
    for (std::size_t j = 0; j < views; ++j)
      if (i != j && needs_of_[i].prediction && needs_of_[j].target) outputs.pairs.push_back({i, j});
  if (needs_.labels) outputs.labels = at::arange(rows, at::kLong).remainder(kClasses);
  return outputs;
}

std::vector<std::pair<std::string, at::Tensor>> LossBench::leaves(const Outputs& outputs) const {
  std::vector<std::pair<std::string, at::Tensor>> all;
  for (std::size_t v = 0; v < outputs.views.size(); ++v) {
    const ViewOutputs& view = outputs.views[v];
    const auto add = [&](const char* what, const at::Tensor& tensor) {
      if (tensor.defined()) all.emplace_back(fmt::format("the {} of view {}", what, v + 1), tensor);
    };
    add("features", view.features);
    add("projection", view.projection);
    add("prediction", view.prediction);
  }
  for (const auto& item : loss_.object->named_parameters())
    all.emplace_back("parameter '" + item.key() + "'", item.value());
  return all;
}

at::Tensor LossBench::forward(const Outputs& outputs, std::int64_t k) {
  const Step step{k, 100, 10, kOutputSizes[setup_.size].rows};
  const at::Tensor value =
      timed([&] { return loss_.call("forward()", k, [&](Loss& loss) { return loss.forward(outputs, step); }); });
  if (!value.defined()) throw Failure("forward() gave an undefined tensor");
  if (value.dim() != 0)
    throw Failure(
        fmt::format("forward() gave a tensor of shape {}, where a scalar was expected", shape_text(value.sizes())));
  if (!value.is_floating_point())
    throw Failure(
        fmt::format("forward() gave {}, where a floating-point number was expected", toString(value.scalar_type())));
  return value;
}

std::vector<at::Tensor> LossBench::step(std::int64_t k) {
  newest_ = outputs(k);
  begin(k);
  for (std::size_t v = 0; v < newest_.views.size(); ++v) {
    lend(fmt::format("the features of view {}", v + 1), newest_.views[v].features);
    lend(fmt::format("the projection of view {}", v + 1), newest_.views[v].projection);
    lend(fmt::format("the prediction of view {}", v + 1), newest_.views[v].prediction);
    lend(fmt::format("the target of view {}", v + 1), newest_.views[v].target);
  }
  lend("the labels", newest_.labels);
  const at::Tensor value = forward(newest_, k);
  if (!value.requires_grad()) throw Failure("forward() gave a number without gradient: nothing would be trained");
  loss_.object->zero_grad();
  value.backward();
  std::vector<at::Tensor> results{value.detach()};
  for (const auto& [name, leaf] : leaves(newest_))
    if (leaf.grad().defined()) results.push_back(leaf.grad());
  const c10::AutoGradMode no_gradient(false);
  const Step step{k, 100, 10, kOutputSizes[setup_.size].rows};
  loss_.call("stepped()", k, [&](Loss& loss) { loss.stepped(step); });
  return copies(results);
}

Function LossBench::function() {
  const Outputs fixed = outputs(0);
  return {leaves(fixed), [this, fixed] {
            begin(0);
            return forward(fixed, 0);
          }};
}

std::unique_ptr<Bench> make_loss_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<LossBench>(specimen, setup);
}

}  // namespace byolab::conformance
