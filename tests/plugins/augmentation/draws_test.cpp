#include <gtest/gtest.h>

#include <algorithm>

#include "support/reference_file.hpp"
#include "support/views.hpp"

namespace byolab {
namespace {

using testing::make_augmentation;

constexpr int kDraws = 20000;

std::vector<Draw> draws(const std::shared_ptr<Augmentation>& op, Size size) {
  std::vector<Draw> all;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    Random random(11, stream_of("test"), i);
    all.push_back(op->draw(random, size));
  }
  return all;
}

double share_active(const std::string& toml) {
  const auto all = draws(make_augmentation(toml), {32, 32});
  return static_cast<double>(std::count_if(all.begin(), all.end(), [](const Draw& d) { return d.active; })) / kDraws;
}

TEST(Draws, HappenWithTheirProbability) {
  const double five_deviations = 5 * 0.5 / std::sqrt(kDraws);
  EXPECT_NEAR(share_active("plugin = 'horizontal_flip'"), 0.5, five_deviations);
  EXPECT_NEAR(share_active("plugin = 'color_jitter'\np = 0.8"), 0.8, five_deviations);
  EXPECT_NEAR(share_active("plugin = 'grayscale'\np = 0.2"), 0.2, five_deviations);
  EXPECT_NEAR(share_active("plugin = 'gaussian_blur'\np = 0.1"), 0.1, five_deviations);
  EXPECT_NEAR(share_active("plugin = 'solarize'\np = 0.2"), 0.2, five_deviations);
  EXPECT_NEAR(share_active("plugin = 'random_apply'\np = 0.3\naugment = { plugin = 'grayscale', p = 0.5 }"), 0.15,
              five_deviations);
  EXPECT_EQ(share_active("plugin = 'solarize'\np = 0.0"), 0);
  EXPECT_EQ(share_active("plugin = 'solarize'\np = 1.0"), 1);
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

/// Quantiles of the boxes' areas, ratios and middles are those that a script drew with the source's own rule.
void expect_crops(const testing::ReferenceFile& reference, const std::string& toml) {
  const auto op = make_augmentation(toml);
  for (const auto& [key, size] :
       {std::pair{"crops.32x32", Size{32, 32}}, {"crops.300x400", {300, 400}}, {"crops.40x400", {40, 400}}}) {
    std::vector<std::vector<double>> of(4);
    for (const Draw& draw : draws(op, size)) {
      const double top = draw.value[0], left = draw.value[1], h = draw.value[2], w = draw.value[3];
      of[0].push_back(h * w / (size.height * size.width));
      of[1].push_back(std::log(w / h));
      of[2].push_back((top + h / 2) / size.height);
      of[3].push_back((left + w / 2) / size.width);
    }
    const at::Tensor expected = reference.tensor(key);
    const double at[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    // Quantiles of 20,000 draws scatter by 0.01; those of boxes in whole pixels sit on steps of up to 1/16.
    for (int row = 0; row < 4; ++row)
      for (int i = 0; i < 5; ++i)
        EXPECT_NEAR(quantile(of[static_cast<std::size_t>(row)], at[i]), expected[row][i].item<double>(),
                    size.height == 32 ? 0.04 : 0.025)
            << key << " row " << row << " quantile " << at[i];
  }
}

TEST(Draws, CropsAreTorchvisions) {
  expect_crops(testing::ReferenceFile("augmentations"), "plugin = 'random_resized_crop'");
}

TEST(Draws, CropsAreTheReferenceCodes) {
  expect_crops(testing::ReferenceFile("byol_augmentations"), "plugin = 'random_resized_crop'\nmethod = 'reference'");
}

/// Half a pixel goes to the even side, as in Python's round(): 1 · 2.5 is 2.
TEST(Draws, ACropOfAVeryLongImageIsTorchvisions) {
  const auto op = make_augmentation("plugin = 'random_resized_crop'\nratio = [2.5, 2.5]\nscale = [1.0, 1.0]");
  Random random(1, 2);
  const Draw draw = op->draw(random, {1, 9});
  EXPECT_EQ(draw.value[2], 1);
  EXPECT_EQ(draw.value[3], 2);
  EXPECT_EQ(draw.value[1], 3);
}

TEST(Draws, OfTheReferenceCropNeverTryAgain) {
  const auto op = make_augmentation("plugin = 'random_resized_crop'\nmethod = 'reference'\nscale = [1.0, 1.0]");
  for (const Draw& draw : draws(op, {100, 100})) {
    // An area of 1 with any other ratio than 1 does not fit: the longer side is cut to the image.
    ASSERT_EQ(std::max(draw.value[2], draw.value[3]), 100);
    ASSERT_GE(std::min(draw.value[2], draw.value[3]), 86);
  }
}

TEST(Draws, JitterHasEachOrderEquallyOftenAndItsRanges) {
  const auto all = draws(make_augmentation("plugin = 'color_jitter'\nbrightness = 0.4\nhue = 0.1"), {32, 32});
  std::map<std::vector<float>, int> orders;
  std::vector<double> brightness, hue;
  for (const Draw& draw : all) {
    ++orders[{draw.value.begin() + 4, draw.value.begin() + 8}];
    brightness.push_back(draw.value[0]);
    hue.push_back(draw.value[3]);
  }
  ASSERT_EQ(orders.size(), 24U);
  for (const auto& [order, count] : orders) EXPECT_NEAR(count, kDraws / 24.0, 5 * std::sqrt(kDraws / 24.0));
  EXPECT_NEAR(quantile(brightness, 0), 0.6, 0.001);
  EXPECT_NEAR(quantile(brightness, 0.5), 1.0, 0.02);
  EXPECT_NEAR(quantile(brightness, 1), 1.4, 0.001);
  EXPECT_NEAR(quantile(hue, 0.25), -0.05, 0.005);
}

TEST(Draws, SwitchingOneChangeOffLeavesTheOthers) {
  const auto with = make_augmentation("plugin = 'color_jitter'");
  const auto without = make_augmentation("plugin = 'color_jitter'\ncontrast = 0.0");
  Random a(1, 2, 3), b(1, 2, 3);
  const Draw one = with->draw(a, {32, 32}), other = without->draw(b, {32, 32});
  EXPECT_EQ(one.value[0], other.value[0]);
  EXPECT_EQ(one.value[3], other.value[3]);
  EXPECT_EQ(with->stages(one), 4);
  EXPECT_EQ(without->stages(other), 3);
}

TEST(Draws, OneOfPicksByWeightAndNests) {
  const auto op = make_augmentation(
      "plugin = 'one_of'\nweights = [1.0, 3.0]\nchoices = [{ plugin = 'solarize', p = 1.0 }, { plugin = 'one_of', "
      "choices = "
      "[{ plugin = 'gaussian_blur' }, { plugin = 'horizontal_flip', p = 1.0 }] }]");
  std::map<Form, int> forms;
  for (const Draw& draw : draws(op, {32, 32})) ++forms[op->form(draw, 0)];
  EXPECT_NEAR(forms[Form::pointwise], kDraws * 0.25, 300);
  EXPECT_NEAR(forms[Form::neighbourhood], kDraws * 0.375, 350);
  EXPECT_NEAR(forms[Form::resampling], kDraws * 0.375, 350);
}

TEST(Options, AreRefusedWithASentence) {
  const auto message = [](const std::string& toml) -> std::string {
    try {
      make_augmentation(toml);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(message("plugin = 'gaussian_blur'\nkernel = 4"), "gaussian_blur's kernel has a side of 4.0 pixels");
  EXPECT_EQ(message("plugin = 'gaussian_blur'\nkernel = 1.5"), "gaussian_blur's kernel has a side of 1.5 pixels");
  EXPECT_EQ(message("plugin = 'gaussian_blur'\nsigma = [2.0, 1.0]"), "gaussian_blur's sigma is no range");
  EXPECT_EQ(message("plugin = 'random_resized_crop'\nscale = [0.5]"), "random_resized_crop's scale is no range");
  EXPECT_EQ(message("plugin = 'normalize'\nmean = [0.5]\nstd = [0.5]"),
            "normalize's mean and std do not fit the three channels");
}

}  // namespace
}  // namespace byolab
