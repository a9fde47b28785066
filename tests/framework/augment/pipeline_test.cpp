#include "augment/pipeline.hpp"

#include <gtest/gtest.h>

#include "kernels/parallel.hpp"
#include "support/views.hpp"

namespace byolab {
namespace {

using testing::largest_difference;
using testing::make_augmentation;

std::vector<NamedAugmentation> views_ops(int side) {
  const std::string crop = "plugin = 'random_resized_crop'\ninterpolation = 'bicubic'\nsize = " + std::to_string(side);
  std::vector<NamedAugmentation> ops;
  for (const std::string& text : std::vector<std::string>{
           crop, "plugin = 'horizontal_flip'", "plugin = 'color_jitter'\np = 0.8", "plugin = 'grayscale'\np = 0.2",
           "plugin = 'gaussian_blur'\np = 0.5", "plugin = 'solarize'\np = 0.2", "plugin = 'normalize'"}) {
    const auto from = text.find('\'') + 1;
    ops.push_back({text.substr(from, text.find('\'', from) - from), make_augmentation(text), "stock"});
  }
  return ops;
}

at::Tensor batch(const Pipeline& pipeline, const at::Tensor& image, std::int64_t n) {
  const at::Tensor views = at::empty({n, 3, pipeline.output().height, pipeline.output().width});
  const at::Tensor pixels = image.permute({1, 2, 0}).contiguous();
  const Size size{static_cast<int>(image.size(1)), static_cast<int>(image.size(2))};
  parallel_for(n, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      pipeline.run(pixels.data_ptr<std::uint8_t>(), size, {7, 3, static_cast<std::uint64_t>(i), 1},
                   {views[i].data_ptr<float>()});
  });
  return views;
}

TEST(Pipeline, DoesNotDependOnThreads) {
  const Pipeline pipeline(views_ops(32), {32, 32});
  const at::Tensor image = testing::noise(48, 40);
  set_parallel_threads(1);
  const at::Tensor one = batch(pipeline, image, 64);
  set_parallel_threads(4);
  EXPECT_TRUE(at::equal(one, batch(pipeline, image, 64)));
  EXPECT_TRUE(at::equal(one[5], batch(pipeline, image, 6)[5]));
  EXPECT_FALSE(at::equal(one[5], one[6]));
}

/// With all others taken out, the crop and the flip are the same as with them.
TEST(Pipeline, DrawsDoNotDependOnOtherOps) {
  const std::vector<NamedAugmentation> all = views_ops(32);
  const std::vector<NamedAugmentation> few{all[1], all[0]};  // in another order, too
  std::vector<augment::Op> long_list, short_list;
  for (const auto& op : all) long_list.push_back({op, {Kind::augmentation, op.name, ""}, stream_of(op.name)});
  for (const auto& op : few) short_list.push_back({op, {Kind::augmentation, op.name, ""}, stream_of(op.name)});
  int flips = 0;
  for (std::uint64_t sample = 0; sample < 200; ++sample) {
    std::vector<augment::Stage> with, without;
    make_plan(long_list, {48, 40}, {1, 2, sample, 0}, with);
    make_plan(short_list, {48, 40}, {1, 2, sample, 0}, without);
    const auto find = [](const std::vector<augment::Stage>& plan, const std::string& name) -> const augment::Stage* {
      for (const auto& stage : plan)
        if (stage.op->augmentation.name == name) return &stage;
      return nullptr;
    };
    ASSERT_EQ(find(with, "random_resized_crop")->draw.value, find(without, "random_resized_crop")->draw.value);
    ASSERT_EQ(find(with, "horizontal_flip") == nullptr, find(without, "horizontal_flip") == nullptr);
    flips += find(with, "horizontal_flip") != nullptr;
  }
  EXPECT_NEAR(flips, 100, 35);  // five standard deviations
}

TEST(Pipeline, DrawsDifferByViewEpochSampleAndSeed) {
  const Pipeline pipeline(views_ops(32), {32, 32});
  const at::Tensor image = testing::noise(48, 40);
  const at::Tensor base = testing::run(pipeline, image, {1, 2, 3, 0});
  EXPECT_TRUE(at::equal(base, testing::run(pipeline, image, {1, 2, 3, 0})));
  for (const ViewKey& other : {ViewKey{2, 2, 3, 0}, {1, 3, 3, 0}, {1, 2, 4, 0}, {1, 2, 3, 1}})
    EXPECT_FALSE(at::equal(base, testing::run(pipeline, image, other)));
}

/// A plugin that knows nothing of tiles, between two that are fused.
TEST(Pipeline, RunsAForeignTensorOpBetweenStockOnes) {
  const auto solarize = make_augmentation("plugin = 'solarize'\np = 1.0");
  const auto normalize = make_augmentation("plugin = 'normalize'\nstats = 'half'");
  const auto foreign = std::make_shared<testing::ForeignShift>();
  const Pipeline pipeline({{"solarize", solarize, ""}, {"foreign", foreign, ""}, {"normalize", normalize, ""}},
                          {45, 31});
  const at::Tensor image = testing::noise(45, 31);
  const ViewKey key{9, 8, 7, 1};
  const at::Tensor view = testing::run(pipeline, image, key);
  Random random(key.seed, stream_of("augment/foreign"), key.epoch << 40 | key.sample, key.view);
  at::Tensor expected = image / 255.0;
  expected = at::where(expected >= 0.5, 1 - expected, expected);
  const float shift = random.uniform(-0.2F, 0.2F);
  expected = ((expected + shift + 0.01F * random.uniform()).flip(1) - 0.5) / 0.5;
  EXPECT_LT(largest_difference(view, expected), 1e-5);
}

TEST(Pipeline, NamesThePluginThatReturnsAnotherShape) {
  class Halves final : public Augmentation {
    Draw draw(Random&, Size) const override { return {}; }
    at::Tensor apply(const at::Tensor& image, const Draw&, Random&) const override { return image.slice(1, 0, 2); }
  };
  const Pipeline pipeline({{"halves", std::make_shared<Halves>(), "libhalves.so"}}, {4, 5});
  try {
    testing::run(pipeline, testing::noise(4, 5));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(
        error.what(),
        "augmentation 'halves' (libhalves.so) failed in apply(): it was given an image of 3 × 4 × 5 and returned "
        "one of another shape");
  }
}

/// Each order and number type, at sizes that fill no vector; nothing beyond the image is written.
TEST(Pipeline, StoresWhereTheNetworkReads) {
  for (const Size size : {Size{45, 31}, {1, 1}, {32, 32}, {3, 17}}) {
    const Pipeline pipeline({{"normalize", make_augmentation("plugin = 'normalize'"), ""}}, size);
    const at::Tensor image = testing::noise(size.height, size.width), expected = testing::run(pipeline, image);
    const at::Tensor pixels = image.permute({1, 2, 0}).contiguous();
    const std::int64_t count = expected.numel();
    for (const auto number : {Destination::Number::float32, Destination::Number::bfloat16})
      for (const auto order : {Destination::Order::nchw, Destination::Order::nhwc}) {
        const auto type = number == Destination::Number::float32 ? at::kFloat : at::kBFloat16;
        at::Tensor memory = at::full({count + 1}, 77, type);
        pipeline.run(pixels.data_ptr<std::uint8_t>(), size, {}, {memory.data_ptr(), number, order});
        at::Tensor wanted = expected.to(type);
        if (order == Destination::Order::nhwc) wanted = wanted.permute({1, 2, 0}).contiguous();
        EXPECT_TRUE(at::equal(memory.slice(0, 0, count), wanted.view(-1)));
        EXPECT_EQ(memory[count].item<float>(), 77);
      }
  }
}

}  // namespace
}  // namespace byolab
