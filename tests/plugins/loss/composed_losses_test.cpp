// The losses that have parameters or other losses of their own, and gradients by finite differences.
#include <gtest/gtest.h>

#include "support/reference_file.hpp"
#include "support/stock_plugin.hpp"

namespace byolab {
namespace {

using testing::all_pairs;
using testing::error;
using testing::ReferenceFile;
using testing::stock;

Context five_features() {
  Context context;
  context.features = context.projection = 5;
  context.classes = 4;
  return context;
}

Outputs drawn(std::size_t views, bool gradient = true) {
  torch::manual_seed(11);
  const auto draw = [&] { return at::randn({6, 5}, at::kDouble).requires_grad_(gradient); };
  Outputs outputs;
  for (std::size_t i = 0; i < views; ++i) outputs.views.push_back({draw(), draw(), draw(), draw()});
  outputs.labels = at::tensor({0, 3, -1, 2, 1, 1}, at::kLong);
  outputs.pairs = all_pairs(views);
  return outputs;
}

TEST(Supervised, IsCrossEntropyOverLabelledImages) {
  const ReferenceFile reference("losses");
  const auto loss = stock<Loss>({{"plugin", "supervised"}}, five_features());
  loss->to(at::kDouble);
  const auto classifier = reference.tensors("classifier");
  {
    const torch::NoGradGuard no_gradient;
    loss->named_parameters()["classifier_weight"].copy_(classifier[0]);
    loss->named_parameters()["classifier_bias"].copy_(classifier[1]);
  }
  Outputs outputs;
  outputs.labels = classifier[2];
  const auto features = reference.tensors("projections");
  for (int i = 0; i < 2; ++i) outputs.views.push_back({features[i].clone().requires_grad_(), {}, {}, {}});
  const auto value = loss->forward(outputs, Step{});
  value.backward();

  const auto stored = reference.table("supervised");
  const auto gradients = stored.tensors("gradients");
  EXPECT_LT(error(value, stored.tensor("value")), 1e-12);
  EXPECT_LT(error(outputs.views[0].features.grad(), gradients[0]), 1e-12);
  EXPECT_LT(error(outputs.views[1].features.grad(), gradients[1]), 1e-12);
  EXPECT_LT(error(loss->named_parameters()["classifier_weight"].grad(), gradients[3]), 1e-12);
  EXPECT_LT(error(loss->named_parameters()["classifier_bias"].grad(), gradients[4]), 1e-12);
  EXPECT_NEAR(loss->values().at(0), reference.tensor("top1").item<double>(), 1e-6);
}

TEST(Supervised, LeavesTheEncoderAloneIfAskedTo) {
  const auto outputs = drawn(2);
  const auto loss = stock<Loss>({{"plugin", "supervised"}, {"stop_gradient", true}}, five_features());
  loss->forward(outputs, Step{}).backward();
  EXPECT_FALSE(outputs.views[0].features.grad().defined());
  EXPECT_GT(loss->named_parameters()["classifier_weight"].grad().abs().sum().item<double>(), 0);
}

TEST(Supervised, OfUnlabelledImagesIsZero) {
  auto outputs = drawn(2);
  outputs.labels.fill_(-1);
  const auto value = stock<Loss>({{"plugin", "supervised"}}, five_features())->forward(outputs, Step{});
  EXPECT_EQ(value.item<double>(), 0);
}

TEST(Supervised, RefusesADataSetWithoutLabels) {
  EXPECT_THROW(stock<Loss>({{"plugin", "supervised"}}), Error);
  auto outputs = drawn(2);
  outputs.labels = at::Tensor();
  const auto loss = stock<Loss>({{"plugin", "supervised"}}, five_features());
  EXPECT_THROW(loss->forward(outputs, Step{}), Error);
}

TEST(Combined, IsTheWeightedSum) {
  const Table byol = {{"plugin", "byol"}}, simclr = {{"plugin", "simclr"}, {"temperature", 0.3}};
  const auto both = stock<Loss>({{"plugin", "combined"}, {"losses", List{byol, simclr}}, {"weights", List{2.0, 0.5}}});
  const auto outputs = drawn(2);
  const double first = stock<Loss>(byol)->forward(outputs, Step{}).item<double>();
  const double second = stock<Loss>(simclr)->forward(outputs, Step{}).item<double>();
  EXPECT_NEAR(both->forward(outputs, Step{}).item<double>(), 2 * first + 0.5 * second, 1e-12);

  const auto metrics = both->metrics();
  ASSERT_EQ(metrics.size(), 3U);
  EXPECT_EQ(metrics[0].name, "loss_byol");
  EXPECT_EQ(metrics[2].name, "simclr_temperature");
  EXPECT_NEAR(both->values().at(0), first, 1e-12);
  EXPECT_NEAR(both->values().at(1), second, 1e-12);
}

TEST(Combined, NeedsWhatItsLossesNeedAndTrainsTheirParameters) {
  const Table byol = {{"plugin", "byol"}}, probe = {{"plugin", "supervised"}, {"stop_gradient", true}};
  const auto both = stock<Loss>({{"plugin", "combined"}, {"losses", List{probe, byol}}}, five_features());
  EXPECT_TRUE(both->needs().target && both->needs().prediction && both->needs().labels);
  EXPECT_TRUE(both->named_parameters().contains("supervised.classifier_weight"));
}

TEST(Combined, RefusesAWrongNumberOfWeights) {
  const Table byol = {{"plugin", "byol"}};
  EXPECT_THROW(stock<Loss>({{"plugin", "combined"}, {"losses", List{byol}}, {"weights", List{1.0, 2.0}}}), Error);
}

/// (f(x + h) − f(x − h)) / 2h for each element of x, f without gradient.
at::Tensor by_differences(Loss& loss, Outputs outputs, at::Tensor ViewOutputs::*member) {
  const auto x = (outputs.views[0].*member).detach().clone();
  const auto slope = at::zeros_like(x);
  constexpr double kStep = 1e-6;
  for (std::int64_t i = 0; i < x.numel(); ++i) {
    const auto at_offset = [&](double offset) {
      auto moved = x.clone();
      moved.view(-1)[i] += offset;
      outputs.views[0].*member = moved;
      return loss.forward(outputs, Step{}).item<double>();
    };
    slope.view(-1)[i] = (at_offset(kStep) - at_offset(-kStep)) / (2 * kStep);
  }
  return slope;
}

void expect_gradient(Table options, at::Tensor ViewOutputs::*member) {
  const auto loss = stock<Loss>(std::move(options), five_features());
  loss->to(at::kDouble);
  const auto outputs = drawn(3);
  loss->forward(outputs, Step{}).backward();
  EXPECT_LT(error((outputs.views[0].*member).grad(), by_differences(*loss, drawn(3, false), member)), 1e-7);
}

TEST(Gradients, AgreeWithFiniteDifferences) {
  for (const char* normalization : {"l2", "layer_norm", "batch_norm", "none"}) {
    expect_gradient({{"plugin", "byol"}, {"normalization", normalization}}, &ViewOutputs::prediction);
    expect_gradient({{"plugin", "byol"}, {"normalization", normalization}}, &ViewOutputs::target);
  }
  expect_gradient({{"plugin", "simclr"}}, &ViewOutputs::projection);
  expect_gradient({{"plugin", "info_nce"}}, &ViewOutputs::prediction);
  expect_gradient({{"plugin", "info_nce"}}, &ViewOutputs::target);
  expect_gradient({{"plugin", "supervised"}, {"label_smoothing", 0.1}}, &ViewOutputs::features);
}

}  // namespace
}  // namespace byolab
