// What the presets byol_t_reference and byol_t_prime_reference name as their source:
// tests/reference/byol_augmentations.py.
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

constexpr double kReferenceTolerance = 0.001;  // as for torchvision

/// All tests run on each instruction set.
class AgainstReferenceCode : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void expect(const std::string& key, const std::string& toml, Draw draw) const {
    const auto op = std::make_shared<WithDraw>(make_augmentation(toml), draw);
    const at::Tensor view = testing::run({op}, {37, 29}, pictures_.tensor("small"));
    EXPECT_LT(largest_difference(view, reference_.tensor(key).to(at::kFloat)), kReferenceTolerance) << key;
  }

  kernels::InstructionSetForTest only_{GetParam()};
  testing::ReferenceFile pictures_{"augmentations"}, reference_{"byol_augmentations"};
};

// What color_jitter draws: what brightness, contrast, saturation and hue change by; then their order.
TEST_P(AgainstReferenceCode, Colours) {
  const std::string jitter = "plugin = 'color_jitter'\nvariant = 'reference'";
  expect("brightness", jitter, {true, {0.3F, 1, 1, 0, 0, 1, 2, 3}});
  expect("contrast", jitter, {true, {0, 1.4F, 1, 0, 1, 0, 2, 3}});
  expect("saturation.1.2", jitter, {true, {0, 1, 1.2F, 0, 2, 0, 1, 3}});
  expect("saturation.0.8", jitter, {true, {0, 1, 0.8F, 0, 2, 0, 1, 3}});
  expect("hue", jitter, {true, {0, 1, 1, 0.1F, 3, 0, 1, 2}});
  expect("jitter", jitter, {true, {-0.2F, 1.3F, 1.2F, 0.08F, 3, 1, 0, 2}});
}

TEST_P(AgainstReferenceCode, Blur) {
  expect("blur", "plugin = 'gaussian_blur'\nkernel = 9\nborder = 'zero'", {true, {1.7F}});
  expect("blur.tenth", "plugin = 'gaussian_blur'\nborder = 'zero'", {true, {1.7F}});  // three pixels of 37
}

TEST_P(AgainstReferenceCode, CropsWithoutAntialiasing) {
  for (const std::string name : {"up", "down", "mixed", "most", "one", "strong"})
    for (const std::string filter : {"bilinear", "bicubic"}) {
      const at::Tensor box = pictures_.tensor(name + ".box").to(at::kFloat);
      Draw draw;
      for (int i = 0; i < 4; ++i) draw.value[static_cast<std::size_t>(i)] = box[i].item<float>();
      const Size size{box[4].item<int>(), box[5].item<int>()};
      // The plugin's views are squares: the filter alone is what its options say.
      const auto op = make_augmentation("plugin = 'random_resized_crop'\nmethod = 'reference'\nantialias = false\n" +
                                        std::string("interpolation = '") + filter + "'");
      Resampling what = op->resample(draw, {97, 120});
      what.output = size;
      const at::Tensor view =
          testing::run({std::make_shared<testing::FixedResampling>(what)}, size, pictures_.tensor("large"));
      const std::string key = name + "." + filter;
      EXPECT_LT(largest_difference(view, reference_.tensor(key).to(at::kFloat)), kReferenceTolerance) << key;
    }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, AgainstReferenceCode, ::testing::ValuesIn(kernels::instruction_sets()));

}  // namespace
}  // namespace byolab
