// Boxes and masks go where the evaluation's pipeline puts the pixels.
#include "data/annotations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace byolab {
namespace {

using ::testing::HasSubstr;

/// A white box on black.
std::vector<std::uint8_t> drawn(const Annotation& box, Size size, std::size_t channels) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const auto fx = static_cast<float>(x), fy = static_cast<float>(y);
      const bool in = fx >= box.left && fx < box.right && fy >= box.top && fy < box.bottom;
      pixels.insert(pixels.end(), channels, static_cast<std::uint8_t>(in ? 255 : 0));
    }
  return pixels;
}

/// Turns images around at their upright axis, and keeps of them the upper left three quarters.
class TurnAndCut final : public Augmentation {
 public:
  Draw draw(Random&, Size) const override { return {}; }
  Form form(const Draw&, int) const override { return Form::resampling; }
  Resampling resample(const Draw&, Size size) const override {
    return {0,
            0,
            0.75F * static_cast<float>(size.height),
            0.75F * static_cast<float>(size.width),
            size,
            Resampling::Filter::bilinear,
            true};
  }
  bool in_evaluation() const override { return true; }
};

/// Sums of an image's rows and columns tell where the white box went: its edges lie where half of the whole is reached.
void expect_where_the_pixels_are(const Pipeline& pipeline, Size image, const Annotation& box) {
  Annotation with_mask = box;
  with_mask.mask = drawn(box, image, 1);
  const Size size = pipeline.output();
  const auto pixels = drawn(box, image, 3);
  std::vector<float> view(static_cast<std::size_t>(3 * size.height * size.width));
  pipeline.run(pixels.data(), image, {}, {view.data()});
  const std::vector<Annotation> all = moved({with_mask}, image, pipeline, {});
  ASSERT_EQ(all.size(), 1U);
  const Annotation& now = all.front();
  ASSERT_EQ(now.mask.size(), static_cast<std::size_t>(size.height * size.width));
  double area = 0, at_x = 0, at_y = 0;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const auto i = static_cast<std::size_t>(y * size.width + x);
      EXPECT_NEAR(now.mask[i] / 255.0, std::clamp(view[i], 0.0F, 1.0F), 0.5001 / 255);
      area += view[i];
      at_x += view[i] * (x + 0.5);
      at_y += view[i] * (y + 0.5);
    }
  EXPECT_NEAR(area, (now.right - now.left) * (now.bottom - now.top), 0.02 * area);
  EXPECT_NEAR(at_x / area, (now.left + now.right) / 2, 0.1);
  EXPECT_NEAR(at_y / area, (now.top + now.bottom) / 2, 0.1);
}

TEST(Annotations, GoWhereTheMiddleCropPutsThePixels) {
  const Pipeline pipeline = Pipeline::evaluation({}, {32, 32});
  for (const Size image : {Size{64, 64}, Size{100, 70}, Size{48, 200}, Size{24, 20}})
    expect_where_the_pixels_are(pipeline, image,
                                {static_cast<float>(image.width * 3 / 8),
                                 static_cast<float>(image.height / 2),
                                 static_cast<float>(image.width * 5 / 8),
                                 static_cast<float>(image.height * 3 / 4),
                                 1,
                                 {}});
}

TEST(Annotations, FollowWhateverElseIsResampled) {
  const Pipeline pipeline = Pipeline::evaluation({{"turn_and_cut", std::make_shared<TurnAndCut>(), "test"}}, {32, 48});
  expect_where_the_pixels_are(pipeline, {64, 96}, {24, 16, 60, 40, 1, {}});
  expect_where_the_pixels_are(pipeline, {32, 48}, {4, 4, 20, 12, 1, {}});  // nothing to crop
}

// 40 × 48 to 32 × 32: the middle 35 × 35, from (6.5, 2.5) on, times 32/35.
TEST(Annotations, AreCutAtTheBorderAndLeftOutBeyondIt) {
  const Pipeline pipeline = Pipeline::evaluation({}, {32, 32});
  const auto all = moved({{0, 4, 6, 20, 0, {}}, {0, 0, 24, 40, 1, {}}, {10, 10, 45, 20, 2, {}}, {42, 0, 48, 9, 3, {}}},
                         {40, 48}, pipeline, {});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].label, 1);
  EXPECT_FLOAT_EQ(all[0].left, 0);
  EXPECT_FLOAT_EQ(all[0].top, 0);
  EXPECT_FLOAT_EQ(all[0].right, 17.5F * 32 / 35);
  EXPECT_FLOAT_EQ(all[0].bottom, 32);
  EXPECT_EQ(all[1].label, 2);
  EXPECT_FLOAT_EQ(all[1].left, 3.5F * 32 / 35);
  EXPECT_FLOAT_EQ(all[1].top, 7.5F * 32 / 35);
  EXPECT_FLOAT_EQ(all[1].right, 32);
  EXPECT_FLOAT_EQ(all[1].bottom, 17.5F * 32 / 35);
}

TEST(Annotations, OfAnImageThatFitsStayAsTheyAre) {
  const Pipeline pipeline = Pipeline::evaluation({}, {32, 32});
  const Annotation box{1.5F, 2, 3, 4.25F, 7, std::vector<std::uint8_t>(32 * 32, 9)};
  const auto all = moved({box}, {32, 32}, pipeline, {});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_FLOAT_EQ(all[0].left, 1.5F);
  EXPECT_FLOAT_EQ(all[0].bottom, 4.25F);
  EXPECT_EQ(all[0].mask, box.mask);
}

std::string refusal(const Annotation& one) {
  try {
    check_annotations({one}, 3, {40, 48}, 2);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

TEST(Annotations, AreCheckedAgainstTheirImage) {
  EXPECT_EQ(refusal({0, 0, 48, 40, 1, {}}), "taken");
  EXPECT_EQ(refusal({0, 0, 48, 40, -1, std::vector<std::uint8_t>(1920)}), "taken");
  EXPECT_EQ(refusal({8, 0, 8, 40, 1, {}}), "a box in image 3 is inverted or empty: left 8, top 0, right 8, bottom 40");
  EXPECT_THAT(refusal({0, 0, std::nanf(""), 40, 1, {}}), HasSubstr("inverted or empty"));
  EXPECT_EQ(refusal({-1, 0, 8, 40, 1, {}}),
            "a box in image 3 lies outside of the picture of 40 x 48 pixels (height x width): left -1, top 0, right 8, "
            "bottom 40");
  EXPECT_THAT(refusal({0, 0, 8, 41, 1, {}}), HasSubstr("lies outside"));
  EXPECT_EQ(refusal({0, 0, 8, 8, 1, std::vector<std::uint8_t>(48)}),
            "a mask in image 3 has 48 bytes; the picture has 40 x 48 pixels (height x width)");
  EXPECT_EQ(refusal({0, 0, 8, 8, 2, {}}),
            "an object in image 3 has the label 2; there are 2 classes, from 0 on (-1: unknown)");
}

}  // namespace
}  // namespace byolab
