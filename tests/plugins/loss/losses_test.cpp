// Losses against values that tests/reference/losses.py computed element by element.
#include <gtest/gtest.h>

#include "support/reference_file.hpp"
#include "support/stock_plugin.hpp"

namespace byolab {
namespace {

using testing::all_pairs;
using testing::error;
using testing::ReferenceFile;
using testing::stock;
using Tensors = std::vector<at::Tensor>;

/// Three views as the script drew them; every tensor wants its gradient.
class Losses : public ::testing::Test {
 protected:
  Tensors leaves(const std::string& name) const {
    Tensors all;
    for (auto& tensor : reference_.tensors(name)) all.push_back(tensor.clone().requires_grad_());
    return all;
  }
  Outputs outputs(std::size_t views) const {
    Outputs made;
    for (std::size_t i = 0; i < views; ++i)
      made.views.push_back({projections_[i], projections_[i], predictions_[i], targets_[i]});
    made.pairs = all_pairs(views);
    return made;
  }
  /// Compares value and gradients with what is stored under `name`.
  void expect(const std::string& name, Loss& loss, const Outputs& outputs, Tensors inputs) const {
    const auto stored = reference_.table(name);
    const auto value = loss.forward(outputs, Step{});
    EXPECT_LT(error(value, stored.tensor("value")), 1e-12) << name;
    const auto expected = stored.tensors("gradients");
    value.backward();
    ASSERT_EQ(inputs.size(), expected.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto gradient = inputs[i].grad().defined() ? inputs[i].grad() : at::zeros_like(inputs[i]);
      EXPECT_LT(error(gradient, expected[i]), 1e-12) << name << ", gradient " << i;
    }
  }
  Tensors predictions_and_targets() const {
    Tensors all = predictions_;
    all.insert(all.end(), targets_.begin(), targets_.end());
    return all;
  }

  ReferenceFile reference_{"losses"};
  Tensors predictions_ = leaves("predictions"), targets_ = leaves("targets"), projections_ = leaves("projections");
};

TEST_F(Losses, ByolSumsBothDirections) {
  expect("byol", *stock<Loss>({{"plugin", "byol"}}), outputs(2), predictions_and_targets());
}

TEST_F(Losses, ByolOfThreeViewsIsTwiceTheMeanOverPairs) {
  expect("byol_three", *stock<Loss>({{"plugin", "byol"}}), outputs(3), predictions_and_targets());
}

TEST_F(Losses, ByolInOneDirection) {
  expect("byol_one_way", *stock<Loss>({{"plugin", "byol"}, {"symmetric", false}}), outputs(2),
         predictions_and_targets());
}

TEST_F(Losses, ByolWithoutNormalization) {
  expect("byol_none", *stock<Loss>({{"plugin", "byol"}, {"normalization", "none"}}), outputs(2),
         predictions_and_targets());
}

TEST_F(Losses, ByolWithLayerNorm) {
  const auto loss = stock<Loss>({{"plugin", "byol"}, {"normalization", "layer_norm"}});
  expect("byol_layer_norm", *loss, outputs(2), predictions_and_targets());
}

TEST_F(Losses, ByolWithBatchNorm) {
  const auto loss = stock<Loss>({{"plugin", "byol"}, {"normalization", "batch_norm"}});
  expect("byol_batch_norm", *loss, outputs(2), predictions_and_targets());
}

TEST_F(Losses, ByolScales) {
  const auto whole = stock<Loss>({{"plugin", "byol"}})->forward(outputs(2), Step{});
  const auto half = stock<Loss>({{"plugin", "byol"}, {"scale", 0.5}})->forward(outputs(2), Step{});
  EXPECT_EQ((whole / 2).item<double>(), half.item<double>());
}

TEST_F(Losses, ByolOfEqualViewsIsZeroAndOfOppositeOnesEight) {
  auto same = outputs(2);
  for (auto& view : same.views) view.prediction = view.target = projections_[0];
  const auto loss = stock<Loss>({{"plugin", "byol"}});
  EXPECT_NEAR(loss->forward(same, Step{}).item<double>(), 0, 1e-14);
  for (auto& view : same.views) view.target = -projections_[0];
  EXPECT_NEAR(loss->forward(same, Step{}).item<double>(), 8, 1e-14);
}

TEST_F(Losses, ByolOfAZeroVectorIsFinite) {
  auto zero = outputs(2);
  zero.views[0].prediction = at::zeros({6, 5}, at::kDouble).requires_grad_();
  const auto value = stock<Loss>({{"plugin", "byol"}})->forward(zero, Step{});
  value.backward();
  EXPECT_TRUE(zero.views[0].prediction.grad().isfinite().all().item<bool>());
}

TEST_F(Losses, SimClrIsNtXent) {
  expect("simclr", *stock<Loss>({{"plugin", "simclr"}, {"temperature", 0.2}}), outputs(2), projections_);
}

TEST_F(Losses, SimClrOfThreeViewsTakesTheMeanOverPositives) {
  expect("simclr_three", *stock<Loss>({{"plugin", "simclr"}, {"temperature", 0.2}}), outputs(3), projections_);
}

TEST_F(Losses, SimClrFollowsATemperatureSchedule) {
  const Table rises = {{"schedule", "linear"}, {"from", 0.1}, {"to", 0.3}};
  const auto scheduled = stock<Loss>({{"plugin", "simclr"}, {"temperature", rises}});
  const auto fixed = stock<Loss>({{"plugin", "simclr"}, {"temperature", 0.2}});
  const auto halfway = scheduled->forward(outputs(2), Step{5, 10, 10, 6});
  EXPECT_NEAR(halfway.item<double>(), fixed->forward(outputs(2), Step{}).item<double>(), 1e-12);
  EXPECT_NEAR(scheduled->values().at(0), 0.2, 1e-15);
}

TEST_F(Losses, SimClrNeedsNeitherTargetNorPredictor) {
  const auto needs = stock<Loss>({{"plugin", "simclr"}})->needs();
  EXPECT_FALSE(needs.target || needs.prediction || needs.labels);
}

TEST_F(Losses, InfoNceIsEquationSix) {
  for (const std::string beta : {"0.0", "0.5", "1.0"}) {
    for (const auto& leaf : predictions_and_targets()) leaf.mutable_grad() = at::Tensor();
    const auto loss = stock<Loss>({{"plugin", "info_nce"}, {"alpha", 0.1}, {"beta", std::stod(beta)}});
    expect("info_nce_" + beta, *loss, outputs(2), predictions_and_targets());
  }
}

TEST_F(Losses, InfoNceWithoutNegativesIsByolLessFour) {
  const auto byol = stock<Loss>({{"plugin", "byol"}})->forward(outputs(3), Step{});
  const auto nce = stock<Loss>({{"plugin", "info_nce"}, {"beta", 0.0}})->forward(outputs(3), Step{});
  EXPECT_NEAR(nce.item<double>(), byol.item<double>() - 4, 1e-13);
}

// Eq. 6 with φ = ψ = z is SimCLR, 4α times as large: the paper's "– – 1" row.
TEST_F(Losses, InfoNceOfProjectionsAloneIsSimClr) {
  auto shared = outputs(2);
  for (std::size_t i = 0; i < 2; ++i) shared.views[i].prediction = shared.views[i].target = projections_[i];
  const auto nce = stock<Loss>({{"plugin", "info_nce"}, {"alpha", 0.2}, {"beta", 1.0}})->forward(shared, Step{});
  const auto simclr = stock<Loss>({{"plugin", "simclr"}, {"temperature", 0.2}})->forward(shared, Step{});
  EXPECT_NEAR(nce.item<double>(), 4 * 0.2 * simclr.item<double>(), 1e-12);
}

TEST_F(Losses, AMissingTargetIsAnError) {
  auto blind = outputs(2);
  blind.views[1].target = at::Tensor();
  EXPECT_THROW(stock<Loss>({{"plugin", "byol"}})->forward(blind, Step{}), Error);
  EXPECT_THROW(stock<Loss>({{"plugin", "byol"}})->forward(outputs(1), Step{}), Error);
}

}  // namespace
}  // namespace byolab
