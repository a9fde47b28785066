#include <gtest/gtest.h>

#include "support/views.hpp"

namespace byolab {
namespace {

using testing::make_augmentation;

/// All ops at once, at their widest, from images of one pixel up to sizes that fill no vector: numbers stay
/// finite, and in [0, 1] before normalisation.
TEST(Extremes, StayFiniteAndInRange) {
  for (const Size size : {Size{1, 1}, {1, 40}, {40, 1}, {2, 3}, {31, 45}, {33, 17}}) {
    for (const int side : {1, 5, 31, 45}) {
      std::vector<NamedAugmentation> ops;
      const auto add = [&](const std::string& toml) {
        ops.push_back({std::to_string(ops.size()), make_augmentation(toml), "stock"});
      };
      add("plugin = 'random_resized_crop'\ninterpolation = 'bicubic'\nscale = [0.0001, 1.0]\nsize = " +
          std::to_string(side));
      add("plugin = 'horizontal_flip'");
      add("plugin = 'color_jitter'\nbrightness = 5.0\ncontrast = 5.0\nsaturation = 5.0\nhue = 0.5");
      add("plugin = 'color_jitter'\nbrightness = 5.0\ncontrast = 5.0\nsaturation = 5.0\nhue = 0.5\nvariant = "
          "'reference'");
      add("plugin = 'gaussian_blur'\nkernel = 23");
      add("plugin = 'gaussian_blur'\nkernel = 3\nsigma = [0.001, 0.001]");
      add("plugin = 'gaussian_blur'\nsigma = [1e6, 1e6]\nborder = 'zero'");
      add("plugin = 'solarize'\np = 1.0\nthreshold = 0.0");
      add("plugin = 'grayscale'\np = 0.5");
      const Pipeline pipeline(std::move(ops), {side, side});
      for (const at::Tensor& image :
           {testing::noise(size.height, size.width), at::zeros({3, size.height, size.width}, at::kByte),
            at::full({3, size.height, size.width}, 255, at::kByte)}) {
        for (std::uint64_t sample = 0; sample < 8; ++sample) {
          const at::Tensor view = testing::run(pipeline, image, {1, 2, sample, 0});
          ASSERT_TRUE(at::isfinite(view).all().item<bool>());
          ASSERT_GE(view.min().item<float>(), -1e-5F);
          ASSERT_LE(view.max().item<float>(), 1 + 1e-5F);
        }
      }
    }
  }
}

TEST(Extremes, ReflectionFoldsAsOftenAsItTakes) {
  // A kernel wider than the image: a constant stays what it is.
  const auto blur = make_augmentation("plugin = 'gaussian_blur'\nkernel = 23\nsigma = [5.0, 5.0]");
  const at::Tensor image = at::full({3, 3, 2}, 100, at::kByte);
  EXPECT_LT(testing::largest_difference(testing::run({blur}, {3, 2}, image), image / 255.0), 1e-5);
}

TEST(Extremes, CenterCropOfASmallerImageIsAnError) {
  const auto crop = make_augmentation("plugin = 'center_crop'\nsize = 8");
  try {
    testing::run({crop}, {8, 8}, testing::noise(6, 9));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("an image of 6 × 9 has no middle of 8 × 8"), std::string::npos)
        << error.what();
    EXPECT_EQ(error.hint(), "put resize before center_crop");
  }
}

/// As torchvision's Resize(8) and CenterCrop(8) of 12 × 20: 8 × 13, then columns 2 to 9.
TEST(Extremes, ResizeThenCenterCrop) {
  const auto resize = make_augmentation("plugin = 'resize'\nsize = 8"),
             crop = make_augmentation("plugin = 'center_crop'\nsize = 8");
  const at::Tensor image = testing::noise(12, 20);
  const auto whole = std::make_shared<testing::FixedResampling>(Resampling{0, 0, 12, 20, {8, 13}, {}, false});
  const at::Tensor expected = testing::run({whole}, {8, 13}, image).slice(2, 2, 10);
  EXPECT_LT(testing::largest_difference(testing::run({resize, crop}, {8, 8}, image), expected), 1e-5);
}

}  // namespace
}  // namespace byolab
