// The drawn data set: the same from the same seed, disjoint splits, and a class that shows in the shape alone.
#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include <algorithm>
#include <set>

#include "byolab/ops.hpp"
#include "plugins/dataset/files.hpp"

namespace byolab {
namespace {

using testing::read;
using testing::split_context;
using testing::stock;

std::shared_ptr<Dataset> shapes(Table options = {}, const std::string& split = "train") {
  options.insert(options.begin(), {"plugin", "shapes"});
  return stock<Dataset>(std::move(options), split_context(split));
}

std::string text_of(const Picture& picture) { return {picture.pixels.begin(), picture.pixels.end()}; }

TEST(Shapes, GiveTheSamePicturesFromTheSameSeed) {
  const auto a = shapes(), b = shapes({{"train", 100}}), other = shapes({{"seed", 1}});
  int differ = 0;
  for (std::int64_t i = 0; i < 40; ++i) {
    EXPECT_EQ(read(*a, i).pixels, read(*b, i).pixels);
    differ += read(*a, i).pixels != read(*other, i).pixels;
  }
  EXPECT_EQ(differ, 40);
  EXPECT_NE(a->fingerprint(), other->fingerprint());
  EXPECT_NE(a->fingerprint(), b->fingerprint());
}

TEST(Shapes, AreTheSameFromManyThreads) {
  const auto data = shapes();
  std::vector<Picture> together(500);
  parallel_for(500, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) data->read(i, together[static_cast<std::size_t>(i)]);
  });
  for (std::int64_t i = 0; i < 500; ++i) ASSERT_EQ(read(*data, i).pixels, together[static_cast<std::size_t>(i)].pixels);
}

TEST(Shapes, SplitsShareNoPicture) {
  const auto train = shapes(), test = shapes({}, "test");
  EXPECT_EQ(train->size(), 5000);
  EXPECT_EQ(test->size(), 2000);
  std::set<std::string> seen;
  for (std::int64_t i = 0; i < 1000; ++i) seen.insert(text_of(read(*train, i)));
  for (std::int64_t i = 0; i < 1000; ++i) seen.insert(text_of(read(*test, i)));
  EXPECT_EQ(seen.size(), 2000U);
}

TEST(Shapes, HaveBalancedClassesAndFurtherLabels) {
  const auto data = shapes();
  EXPECT_EQ(data->classes().size(), 10U);
  EXPECT_EQ(data->label_sets(), (std::vector<std::string>{"colour", "texture"}));
  std::vector<int> count(10);
  for (std::int64_t i = 0; i < data->size(); ++i) {
    ++count[static_cast<std::size_t>(data->label(i))];
    for (const auto& set : data->label_sets()) {
      ASSERT_GE(data->label(i, set), 0);
      ASSERT_LT(data->label(i, set), static_cast<std::int64_t>(data->classes(set).size()));
    }
  }
  EXPECT_EQ(count, std::vector<int>(10, 500));
}

/// Cramér's V² of two label sets: 0 if independent; by chance about 1/n.
double association(const Dataset& data, const std::string& set) {
  const std::size_t rows = data.classes().size(), columns = data.classes(set).size();
  std::vector<double> joint(rows * columns), row(rows), column(columns);
  for (std::int64_t i = 0; i < data.size(); ++i) {
    const auto r = static_cast<std::size_t>(data.label(i)), c = static_cast<std::size_t>(data.label(i, set));
    ++joint[r * columns + c];
    ++row[r];
    ++column[c];
  }
  const double n = static_cast<double>(data.size());
  double chi2 = 0;
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      const double expected = row[r] * column[c] / n;
      chi2 += (joint[r * columns + c] - expected) * (joint[r * columns + c] - expected) / expected;
    }
  return chi2 / n / static_cast<double>(std::min(rows, columns) - 1);
}

TEST(Shapes, ColourAndTextureSayNothingOfTheClass) {
  const auto data = shapes({{"train", 20000}});
  EXPECT_LT(association(*data, "colour"), 1e-3);
  EXPECT_LT(association(*data, "texture"), 1e-3);
}

at::Tensor images(const Dataset& data, std::int64_t n) {
  const at::Tensor all = at::empty({n, 32, 32, 3}, at::kByte);
  for (std::int64_t i = 0; i < n; ++i) {
    const Picture picture = read(data, i);
    std::copy(picture.pixels.begin(), picture.pixels.end(), all[i].data_ptr<std::uint8_t>());
  }
  return all.permute({0, 3, 1, 2}).to(at::kFloat).sub(128).div(64);
}

/// Unit vectors from an untrained network whose BatchNorm statistics are those of the batch.
at::Tensor features(Encoder& encoder, const Dataset& data, std::int64_t n) {
  const at::NoGradGuard no_gradient;
  const at::Tensor y = encoder.forward(images(data, n));
  return y / y.norm(2, {1}, true);
}

/// The measure of how hard the set is that the project set itself: 60 % at most for the 20 nearest neighbours.
TEST(Shapes, CannotBeToldByARandomEncoder) {
  torch::manual_seed(0);
  const auto train = shapes(), test = shapes({}, "test");
  const auto encoder = stock<Encoder>({{"plugin", "convnet"}});
  const at::Tensor nearest =
      std::get<1>(at::matmul(features(*encoder, *test, 500), features(*encoder, *train, 5000).t()).topk(20));
  int right = 0;
  for (std::int64_t i = 0; i < 500; ++i) {
    std::vector<int> votes(10);
    for (std::int64_t k = 0; k < 20; ++k)
      ++votes[static_cast<std::size_t>(train->label(nearest[i][k].item<std::int64_t>()))];
    right += std::max_element(votes.begin(), votes.end()) - votes.begin() == test->label(i);
  }
  EXPECT_LT(right, 300);  // of 500
  EXPECT_GT(right, 50);   // a class can be told from its pictures at all
}

TEST(Shapes, AreDrawnInAnySize) {
  for (const std::int64_t size : {16, 48, 97, 224}) {
    const auto data = shapes({{"size", size}});
    const Picture picture = read(*data, 3);
    EXPECT_EQ(picture.height, size);
    EXPECT_EQ(picture.width, size);
    ASSERT_EQ(picture.pixels.size(), static_cast<std::size_t>(size * size * 3));
    EXPECT_GT(std::set<std::uint8_t>(picture.pixels.begin(), picture.pixels.end()).size(), 10U);
  }
}

/// Throws where there is not just one.
Annotation object_in(const Dataset& data, std::int64_t index) {
  const std::vector<Annotation> all = capability<Annotated>(data)->annotations(index);
  if (all.size() != 1) throw Error("not one object");
  return all.front();
}

TEST(Shapes, KnowBoxAndMaskOfTheFigureInFront) {
  const auto data = shapes();
  for (std::int64_t i = 0; i < 200; ++i) {
    const Annotation where = object_in(*data, i);
    EXPECT_EQ(where.label, data->label(i));
    ASSERT_EQ(where.mask.size(), 1024U);
    double area = 0;
    for (int y = 0; y < 32; ++y)
      for (int x = 0; x < 32; ++x) {
        const std::uint8_t share = where.mask[static_cast<std::size_t>(32 * y + x)];
        area += share / 255.0;
        const auto fx = static_cast<float>(x), fy = static_cast<float>(y);
        const bool inside = fx >= where.left && fx < where.right && fy >= where.top && fy < where.bottom;
        EXPECT_TRUE(inside || share < 128) << i;
      }
    EXPECT_GT(area, 100) << data->source(i);
    EXPECT_LT(area, 600) << data->source(i);
  }
}

/// A picture in grey, and where the figure is: the means inside and outside.
TEST(Shapes, StandOutInGreyToo) {
  const auto data = shapes({{"clutter", 0}});
  int visible = 0;
  for (std::int64_t i = 0; i < 500; ++i) {
    const Picture picture = read(*data, i);
    const Annotation where = object_in(*data, i);
    double sum[2] = {}, weight[2] = {};
    for (std::size_t p = 0; p < 1024; ++p) {
      const double grey =
          0.299 * picture.pixels[3 * p] + 0.587 * picture.pixels[3 * p + 1] + 0.114 * picture.pixels[3 * p + 2];
      const double inside = where.mask[p] / 255.0;
      sum[0] += (1 - inside) * grey;
      weight[0] += 1 - inside;
      sum[1] += inside * grey;
      weight[1] += inside;
    }
    visible += std::abs(sum[1] / weight[1] - sum[0] / weight[0]) > 20;
  }
  EXPECT_GT(visible, 475);
}

TEST(Shapes, RefuseOptionsOutOfRange) {
  EXPECT_ANY_THROW(shapes({{"outlines", 11}}));
  EXPECT_ANY_THROW(shapes({{"size", 8}}));
  EXPECT_ANY_THROW(shapes({{"train", 0}}));
}

}  // namespace
}  // namespace byolab
