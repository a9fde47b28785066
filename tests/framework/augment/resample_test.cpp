#include <gtest/gtest.h>

#include "augment/middle.hpp"
#include "kernels/targets.hpp"
#include "support/reference_file.hpp"
#include "support/views.hpp"

namespace byolab {
namespace {

using testing::FixedResampling;
using testing::largest_difference;
using Filter = Resampling::Filter;

std::shared_ptr<const Augmentation> fixed(Resampling what) { return std::make_shared<FixedResampling>(what); }

Resampling box(const at::Tensor& b, Filter filter, bool mirror = false) {
  const auto at = [&b](int i) { return static_cast<float>(b[i].item<int>()); };
  return {at(0), at(1), at(2), at(3), {b[4].item<int>(), b[5].item<int>()}, filter, mirror};
}

class Resample : public ::testing::TestWithParam<const char*> {
 protected:
  testing::ReferenceFile reference_{"augmentations"};
  at::Tensor image_ = reference_.tensor("large");
};

TEST_P(Resample, AgreesWithTorchvisionOnAllInstructionSets) {
  const std::string name = GetParam();
  for (const std::int64_t set : kernels::instruction_sets()) {
    const kernels::InstructionSetForTest only(set);
    for (const auto& [text, filter] : {std::pair{".bilinear", Filter::bilinear}, {".bicubic", Filter::bicubic}}) {
      const Resampling what = box(reference_.tensor(name + ".box"), filter);
      const at::Tensor expected = reference_.tensor(name + text).to(at::kFloat);
      EXPECT_LT(largest_difference(testing::run({fixed(what)}, what.output, image_), expected), 0.001) << text;
      Resampling mirrored = what;
      mirrored.mirror = true;
      EXPECT_LT(largest_difference(testing::run({fixed(mirrored)}, what.output, image_), expected.flip(2)), 0.001);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Boxes, Resample, ::testing::Values("up", "down", "mixed", "most", "one", "strong"));

TEST(Resampling, OfTheWholeImageAtItsSizeIsExact) {
  const at::Tensor image = testing::noise(45, 31);
  const at::Tensor expected = image.to(at::kFloat) / 255;
  EXPECT_LT(largest_difference(testing::run({}, {45, 31}, image), expected), 1e-7);
  const auto whole = fixed({0, 0, 45, 31, {45, 31}, Filter::bicubic, true});
  EXPECT_LT(largest_difference(testing::run({whole}, {45, 31}, image), expected.flip(2)), 1e-7);
}

/// What composes crop, resize, flip and crop again gives what comes out if each is stored before the next:
/// an op that does nothing keeps them apart, so that the second starts from floats.
TEST(Resampling, ComposedEqualsOneByOne) {
  class Nothing final : public Augmentation {
    Draw draw(Random&, Size) const override { return {}; }
    Form form(const Draw&, int) const override { return Form::neighbourhood; }
    void apply(Tile&, const Draw&, int, float) const override {}
  };
  const auto apart = std::make_shared<Nothing>();
  const auto cut = fixed({5, 7, 60, 80, {60, 80}, Filter::bilinear, false});
  const auto flip = fixed({0, 0, 60, 80, {60, 80}, Filter::bilinear, true});
  const auto shrink = fixed({1, 2, 55, 70, {40, 33}, Filter::bilinear, false});
  const auto flip_again = fixed({0, 0, 40, 33, {40, 33}, Filter::bilinear, true});
  const auto middle = fixed({3, 4, 31, 20, {31, 20}, Filter::bilinear, true});
  const at::Tensor image = testing::ReferenceFile("augmentations").tensor("large");
  const at::Tensor composed = testing::run({cut, flip, shrink, flip_again, middle}, {31, 20}, image);
  const at::Tensor one_by_one =
      testing::run({cut, apart, flip, apart, shrink, apart, flip_again, apart, middle}, {31, 20}, image);
  EXPECT_LT(largest_difference(composed, one_by_one), 1e-5);
}

TEST(Resampling, TwiceToAnotherScaleRunsTwice) {
  const auto half = fixed({0, 0, 96, 120, {48, 60}, Filter::bilinear, false});
  const auto again = fixed({0, 0, 48, 60, {24, 30}, Filter::bilinear, false});
  const at::Tensor image = testing::noise(96, 120);
  const at::Tensor once = testing::run({half}, {48, 60}, image);
  const at::Tensor twice = testing::run({half, again}, {24, 30}, image);
  // Triangles of twice the width: rows and columns with weights 1, 3, 3, 1 of 8, in the middle of the image.
  const at::Tensor weights = at::tensor({1.0F, 3.0F, 3.0F, 1.0F}) / 8;
  const auto expected =
      at::conv2d(once.unsqueeze(1), at::outer(weights, weights).view({1, 1, 4, 4}), {}, 2, 1).squeeze(1);
  const auto inner = [](const at::Tensor& x) { return x.slice(1, 1, 23).slice(2, 1, 29); };
  EXPECT_LT(largest_difference(inner(twice), inner(expected)), 1e-5);
}

/// A thread's memory goes from image to image: what a faulty op made of one must not come back in the next.
TEST(Resampling, OwesNothingToTheImageBefore) {
  class Poison final : public Augmentation {
    Draw draw(Random&, Size) const override { return {}; }
    Form form(const Draw&, int) const override { return Form::neighbourhood; }
    void apply(Tile& tile, const Draw&, int, float) const override {
      for (int c = 0; c < tile.channels; ++c) std::fill_n(tile.plane[c], tile.rows * tile.stride, NAN);
    }
  };
  const auto poisoned = [] {
    testing::run({fixed({0, 0, 96, 120, {90, 90}, Filter::bicubic, false}), std::make_shared<Poison>(),
                  fixed({0, 0, 90, 90, {40, 40}, Filter::bilinear, false})},
                 {40, 40}, testing::noise(96, 120));
  };
  for (const std::int64_t set : kernels::instruction_sets()) {
    const kernels::InstructionSetForTest only(set);
    for (const int width : {2, 5, 11, 24, 50}) {
      const auto view = [&] {
        return testing::run({fixed({0, 1, 6, static_cast<float>(width - 1), {32, 32}, Filter::bicubic, false})},
                            {32, 32}, testing::noise(6, width));
      };
      const at::Tensor before = view();
      poisoned();
      EXPECT_TRUE(before.isfinite().all().item<bool>()) << width;
      EXPECT_TRUE(view().equal(before)) << width;
    }
  }
}

TEST(Resampling, RefusesABoxOutsideTheImage) {
  const auto outside = fixed({0, 8, 32, 32, {32, 32}, Filter::bilinear, false});
  try {
    testing::run({outside}, {32, 32}, testing::noise(32, 32));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "augmentation 'a' (test) failed in resample(): asked for the box from 8.000000 to 40.000000 along x, "
                 "resampled to 32 pixels, of an image of 32");
  }
}

TEST(Pipeline, SaysThatAnImageHasTheWrongSize) {
  try {
    testing::run({}, {32, 32}, testing::noise(40, 30));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(
        error.what(),
        "a view of 32 × 32 pixels is wanted, and the augmentations make one of 40 × 30 from an image of 40 × 30");
    EXPECT_EQ(error.hint(),
              "put random_resized_crop, resize or center_crop with that size among the view's augmentations");
  }
}

TEST(Pipeline, ForEvaluationKeepsTheMiddle) {
  const auto normalize = testing::make_augmentation("plugin = 'normalize'\nstats = 'half'");
  const auto solarize = testing::make_augmentation("plugin = 'solarize'\np = 1.0");
  const std::vector<NamedAugmentation> ops{{"solarize", solarize, ""}, {"normalize", normalize, ""}};
  const at::Tensor same = testing::noise(32, 32);
  EXPECT_LT(largest_difference(testing::run(Pipeline::evaluation(ops, {32, 32}), same), same / 127.5 - 1), 1e-5);
  // 64 × 80 to 32 × 32 with 0.875: the middle 56 × 56.
  const at::Tensor large = testing::noise(64, 80);
  const auto middle = fixed({4, 12, 56, 56, {32, 32}, Filter::bicubic, false});
  EXPECT_LT(largest_difference(testing::run(Pipeline::evaluation(ops, {32, 32}), large),
                               testing::run({middle}, {32, 32}, large) * 2 - 1),
            1e-5);
}

}  // namespace
}  // namespace byolab
