#include <gtest/gtest.h>

#include "byolab/tile_ops.hpp"
#include "kernels/targets.hpp"
#include "support/reference_file.hpp"
#include "support/views.hpp"

namespace byolab {
namespace {

using testing::largest_difference;
using testing::make_augmentation;
using testing::WithDraw;

constexpr double kTolerance = 0.001;  // a quarter of 1/255; the reference, in float16, is as coarse

/// All tests run on each instruction set.
class AgainstTorchvision : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void expect(const std::string& key, std::shared_ptr<const Augmentation> op, Draw draw = {}) {
    const at::Tensor view = testing::run({std::make_shared<WithDraw>(std::move(op), draw)}, {37, 29}, image_);
    EXPECT_LT(largest_difference(view, reference_.tensor(key).to(at::kFloat)), kTolerance) << key;
  }

  kernels::InstructionSetForTest only_{GetParam()};
  testing::ReferenceFile reference_{"augmentations"};
  at::Tensor image_ = reference_.tensor("small");
};

// What color_jitter draws: the factors of brightness, contrast, saturation and hue; then their order.
Draw only_brightness(float factor) { return {true, {factor, 1, 1, 0, 0, 1, 2, 3}}; }
Draw only_contrast(float factor) { return {true, {1, factor, 1, 0, 1, 0, 2, 3}}; }
Draw only_saturation(float factor) { return {true, {1, 1, factor, 0, 0, 1, 2, 3}}; }
Draw only_hue(float turns) { return {true, {1, 1, 1, turns, 3, 1, 2, 0}}; }

TEST_P(AgainstTorchvision, BrightnessContrastSaturation) {
  const auto jitter = make_augmentation("plugin = 'color_jitter'");
  for (const auto& [text, factor] : {std::pair{"0.6", 0.6F}, {"1.4", 1.4F}, {"0.0", 0.0F}}) {
    expect(std::string("brightness.") + text, jitter, only_brightness(factor));
    expect(std::string("contrast.") + text, jitter, only_contrast(factor));
    expect(std::string("saturation.") + text, jitter, only_saturation(factor));
  }
}

TEST_P(AgainstTorchvision, Hue) {
  const auto jitter = make_augmentation("plugin = 'color_jitter'");
  for (const auto& [text, turns] :
       {std::pair{"-0.1", -0.1F}, {"0.1", 0.1F}, {"0.5", 0.5F}, {"-0.5", -0.5F}, {"0.0", 0.0F}})
    expect(std::string("hue.") + text, jitter, only_hue(turns));
}

TEST_P(AgainstTorchvision, JitterInDrawnOrder) {
  expect("jitter", make_augmentation("plugin = 'color_jitter'"), {true, {0.7F, 1.3F, 1.2F, 0.08F, 3, 1, 0, 2}});
}

TEST_P(AgainstTorchvision, GrayscaleSolarizeNormalize) {
  expect("grayscale", make_augmentation("plugin = 'grayscale'"));
  expect("solarize", make_augmentation("plugin = 'solarize'"));
  expect("normalize", make_augmentation("plugin = 'normalize'"));
}

TEST_P(AgainstTorchvision, Blur) {
  expect("blur.reflect", make_augmentation("plugin = 'gaussian_blur'\nkernel = 9"), {true, {1.7F}});
  expect("blur.narrow", make_augmentation("plugin = 'gaussian_blur'\nkernel = 3"), {true, {0.1F}});
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, AgainstTorchvision, ::testing::ValuesIn(kernels::instruction_sets()));

}  // namespace
}  // namespace byolab
