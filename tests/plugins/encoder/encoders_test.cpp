// ResNet against torchvision (tests/reference/resnet.py), and the small network.
#include <cmath>

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include "support/reference_file.hpp"
#include "support/stock_plugin.hpp"

namespace byolab {
namespace {

using testing::error;
using testing::ReferenceFile;
using testing::stock;

/// The script's formulas: images, and the weights of the i-th parameter.
at::Tensor images() { return at::sin(at::arange(8 * 3 * 32 * 32, at::kDouble) * 0.37).view({8, 3, 32, 32}); }

at::Tensor weight(std::size_t i, at::IntArrayRef shape) {
  const auto count = c10::multiply_integers(shape);
  const auto wave = at::sin(at::arange(count, at::kDouble) * 1.3 + static_cast<double>(i)).view(shape);
  if (shape.size() == 1) return 1 + 0.3 * wave;
  return wave * 2 / std::sqrt(static_cast<double>(count) / static_cast<double>(shape[1]));
}

std::shared_ptr<Encoder> with_formula_weights(Table options) {
  const auto encoder = stock<Encoder>(std::move(options));
  encoder->to(at::kDouble);
  const torch::NoGradGuard no_gradient;
  std::size_t i = 0;
  for (auto& value : encoder->parameters()) value.copy_(weight(i++, value.sizes()));
  return encoder;
}

at::Tensor flat(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> rows;
  for (const auto& tensor : tensors) rows.push_back(tensor.detach().flatten());
  return at::cat(rows);
}

at::Tensor gradients(const Encoder& encoder) {
  std::vector<at::Tensor> all;
  for (const auto& value : encoder.parameters()) all.push_back(value.grad());
  return flat(all);
}

at::Tensor running_statistics(const Encoder& encoder) {
  std::vector<at::Tensor> all;
  for (const auto& item : encoder.named_buffers())
    if (item.key().find("running") != std::string::npos) all.push_back(item.value());
  return flat(all);
}

at::Tensor gradients_in(at::ScalarType type, const Encoder& encoder, const at::Tensor& x) {
  for (auto& value : encoder.parameters()) value.mutable_grad().reset();
  at::autocast::set_autocast_enabled(at::kCPU, type == at::kBFloat16);
  at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
  const at::Tensor y = const_cast<Encoder&>(encoder).forward(x).to(at::kFloat);
  at::autocast::set_autocast_enabled(at::kCPU, false);
  (y * at::arange(y.numel(), at::kFloat).sin().view_as(y)).sum().backward();
  return gradients(encoder);
}

TEST(ConvNet, ABfloat16GradientIsRightWhereAKernelSeesPaddingAlone) {
  // LibTorch leaves such gradients unset: poison what it would find in memory.
  for (const List& strides :
       {List{Value(2), Value(2), Value(2), Value(2), Value(2), Value(2)}, List{Value(100), Value(100)}}) {
    const auto encoder =
        stock<Encoder>({{"plugin", "convnet"}, {"channels", List(strides.size(), Value(16))}, {"strides", strides}});
    encoder->train();
    at::manual_seed(3);
    const at::Tensor x = at::randn({16, 3, 32, 32}).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor wanted = gradients_in(at::kFloat, *encoder, x);
    for (int i = 0; i < 64; ++i) at::full({16, 16, 3, 3}, std::nanf(""), at::kFloat);
    const at::Tensor found = gradients_in(at::kBFloat16, *encoder, x);
    ASSERT_TRUE(found.isfinite().all().item<bool>());
    EXPECT_LT(((found - wanted).norm() / wanted.norm()).item<double>(), 0.3);  // bfloat16, through six layers
  }
}

/// The finest first, as many channels as it says, and their last one's mean over the pixels is what forward() gives;
/// and the same where memory is used again, which LibTorch's gradients forbid.
void expect_maps(Encoder& encoder) {
  auto& able = *capability<MapEncoder>(encoder);
  encoder.eval();
  const auto maps = able.maps(images());
  const auto channels = able.map_channels();
  ASSERT_EQ(maps.size(), channels.size());
  for (std::size_t i = 0; i < maps.size(); ++i) EXPECT_EQ(maps[i].size(1), channels[i]);
  EXPECT_LT(error(encoder.forward(images()), maps.back().mean({2, 3})), 1e-12);
  const torch::NoGradGuard no_gradient;
  const auto again = able.maps(images());
  for (std::size_t i = 0; i < maps.size(); ++i) EXPECT_LT(error(again[i], maps[i].detach()), 1e-12) << i;
  EXPECT_TRUE(encoder.forward(images()).equal(at::adaptive_avg_pool2d(again.back(), {1, 1}).flatten(1)));
}

class ResNetOfDepth : public ::testing::TestWithParam<std::tuple<int, const char*>> {};

TEST_P(ResNetOfDepth, ComputesAsTorchvision) {
  const auto [depth, stem_name] = GetParam();
  const std::string stem = stem_name;
  const ReferenceFile reference("resnet" + std::to_string(depth));
  const auto encoder = with_formula_weights({{"plugin", "resnet"}, {"depth", depth}, {"width", 2}, {"stem", stem}});
  const auto features = encoder->forward(images());
  EXPECT_EQ(features.size(1), encoder->features());
  EXPECT_LT(error(features, reference.tensor(stem + ".features")), 1e-9);

  (features * at::cos(at::arange(features.numel(), at::kDouble)).view_as(features)).sum().backward();
  // Stored in float32.
  EXPECT_LT(error(gradients(*encoder), reference.tensor(stem + ".gradients")), 1e-6);
  EXPECT_LT(error(running_statistics(*encoder), reference.tensor(stem + ".running")), 1e-6);

  encoder->eval();
  EXPECT_LT(error(encoder->forward(images()), reference.tensor(stem + ".evaluated")), 1e-9);
}

TEST_P(ResNetOfDepth, ComputesTheSameInChannelsLast) {
  const auto [depth, stem] = GetParam();
  const auto encoder = with_formula_weights({{"plugin", "resnet"}, {"depth", depth}, {"width", 2}, {"stem", stem}});
  const auto planar = encoder->forward(images());
  for (const auto& value : encoder->parameters())
    if (value.dim() == 4) value.set_data(value.contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_LT(error(encoder->forward(images().contiguous(at::MemoryFormat::ChannelsLast)), planar), 1e-9);
}

TEST_P(ResNetOfDepth, HasTorchvisionsNamesAndShapes) {
  const auto [depth, stem] = GetParam();
  const ReferenceFile reference("resnet" + std::to_string(depth));
  const auto encoder = stock<Encoder>({{"plugin", "resnet"}, {"depth", depth}, {"stem", stem}});
  std::map<std::string, std::vector<std::int64_t>> mine;
  for (const auto& item : encoder->named_parameters()) mine[item.key()] = item.value().sizes().vec();
  for (const auto& item : encoder->named_buffers()) mine[item.key()] = item.value().sizes().vec();
  const auto names = reference.strings("names");
  const auto shapes = reference.shapes("shapes");
  EXPECT_EQ(mine.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    ASSERT_TRUE(mine.contains(names[i])) << names[i];
    if (names[i] == "conv1.weight" && std::string(stem) == "cifar") continue;
    EXPECT_EQ(mine[names[i]], shapes[i]) << names[i];
  }
}

TEST_P(ResNetOfDepth, GivesTheMapOfEachLayer) {
  const auto [depth, stem_name] = GetParam();
  const bool large = std::string(stem_name) == "imagenet";
  const auto encoder =
      with_formula_weights({{"plugin", "resnet"}, {"depth", depth}, {"width", 2}, {"stem", stem_name}});
  expect_maps(*encoder);
  const auto maps = capability<MapEncoder>(*encoder)->maps(images());
  ASSERT_EQ(maps.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(maps[i].sizes(),
              at::IntArrayRef({8, (2 << i) * (depth == 50 ? 4 : 1), (large ? 8 : 32) >> i, (large ? 8 : 32) >> i}));
}

INSTANTIATE_TEST_SUITE_P(BothStems, ResNetOfDepth,
                         ::testing::Combine(::testing::Values(18, 50), ::testing::Values("imagenet", "cifar")));

std::int64_t count(const Encoder& encoder) {
  std::int64_t total = 0;
  for (const auto& value : encoder.parameters()) total += value.numel();
  return total;
}

/// Where LibTorch's own strided 1×1 convolutions over few channels corrupt memory: see plugins/encoder/layers.cpp.
TEST(ResNet, TrainsInChannelsLastWithFewChannels) {
  for (const std::int64_t width : {1, 3, 7}) {
    const auto encoder =
        with_formula_weights({{"plugin", "resnet"}, {"depth", 18}, {"width", width}, {"stem", "cifar"}});
    encoder->to(at::kFloat);
    const at::Tensor x = images().to(at::kFloat);
    const auto gradients_of = [&](const at::Tensor& input) {
      encoder->zero_grad();
      encoder->forward(input).square().sum().backward();
      return gradients(*encoder).clone();
    };
    const at::Tensor planar = gradients_of(x);
    for (at::Tensor& value : encoder->parameters())
      if (value.dim() == 4) value.set_data(value.contiguous(at::MemoryFormat::ChannelsLast));
    for (int times = 0; times < 5; ++times)
      EXPECT_LT(error(gradients_of(x.contiguous(at::MemoryFormat::ChannelsLast)), planar), 1e-2) << width;
  }
}

// torchvision's published numbers of parameters, less those of the classifier of 1000 classes.
TEST(ResNet, HasTheNumberOfParametersOfItsDepth) {
  EXPECT_EQ(count(*stock<Encoder>({{"plugin", "resnet"}, {"depth", 18}})), 11689512 - 513 * 1000);
  EXPECT_EQ(count(*stock<Encoder>({{"plugin", "resnet"}, {"depth", 34}})), 21797672 - 513 * 1000);
  EXPECT_EQ(count(*stock<Encoder>({{"plugin", "resnet"}})), 25557032 - 2049 * 1000);
  EXPECT_EQ(count(*stock<Encoder>({{"plugin", "resnet"}, {"depth", 101}})), 44549160 - 2049 * 1000);
  EXPECT_EQ(count(*stock<Encoder>({{"plugin", "resnet"}, {"depth", 152}})), 60192808 - 2049 * 1000);
  // Of torchvision's class with the blocks of byol/utils/networks.py; the paper's Table 9: 63M.
  EXPECT_EQ(count(*stock<Encoder>({{"plugin", "resnet"}, {"depth", 200}})), 62624832);
}

TEST(ResNet, RefusesADepthThatThereIsNot) {
  try {
    stock<Encoder>({{"plugin", "resnet"}, {"depth", 20}});
    FAIL() << "depth 20 was taken";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "there is no ResNet of depth 20");
    EXPECT_EQ(error.hint(), "depth is one of 18, 34, 50, 101, 152, 200");
  }
}

TEST(ResNet, StartsConvolutionsWithVarianceTwoOverFanOut) {
  torch::manual_seed(0);
  const auto encoder = stock<Encoder>({{"plugin", "resnet"}, {"depth", 18}});
  const auto weights = encoder->named_parameters()["layer4.1.conv2.weight"];  // 512 × 512 × 3 × 3
  EXPECT_NEAR(weights.std().item<double>(), std::sqrt(2.0 / (512 * 9)), 2e-5);
  EXPECT_NEAR(weights.mean().item<double>(), 0, 1e-4);
  EXPECT_TRUE(encoder->named_parameters()["bn1.weight"].equal(at::ones({64})));
}

TEST(ResNet, CanStartItsBlocksAsTheIdentity) {
  const auto encoder = stock<Encoder>({{"plugin", "resnet"}, {"width", 4}, {"zero_init_residual", true}});
  EXPECT_TRUE(encoder->named_parameters()["layer2.1.bn3.weight"].equal(at::zeros({32})));
  EXPECT_TRUE(encoder->named_parameters()["layer2.1.bn2.weight"].equal(at::ones({8})));
}

TEST(ConvNet, IsConvolutionNormReluAndMean) {
  torch::manual_seed(1);
  const auto encoder = stock<Encoder>({{"plugin", "convnet"}, {"channels", List{4, 6}}, {"strides", List{2, 1}}});
  encoder->to(at::kDouble);
  EXPECT_EQ(encoder->features(), 6);
  auto x = images();
  const auto named = encoder->named_parameters();
  for (const std::string i : {"1", "2"}) {
    x = at::conv2d(x, named["conv" + i + ".weight"], {}, i == "1" ? 2 : 1, 1);
    const auto mean = x.mean({0, 2, 3}, true), variance = x.var({0, 2, 3}, false, true);
    x = ((x - mean) / (variance + 1e-5).sqrt()).clamp_min(0);
    const auto maps = capability<MapEncoder>(*encoder)->maps(images());
    ASSERT_EQ(maps.size(), 2U);
    EXPECT_LT(error(maps[i == "1" ? 0 : 1], x), 1e-12);
  }
  EXPECT_LT(error(encoder->forward(images()), x.mean({2, 3})), 1e-12);
  expect_maps(*encoder);
}

TEST(ConvNet, TakesOtherImagesAndBatchNorms) {
  Context gray;
  gray.channels = 1;
  const auto encoder = stock<Encoder>({{"plugin", "convnet"}, {"bn_momentum", 1.0}}, gray);
  const auto x = at::rand({16, 1, 32, 32});
  encoder->forward(x);
  const auto first = at::conv2d(x, encoder->named_parameters()["conv1.weight"], {}, 2, 1);
  EXPECT_LT(error(encoder->named_buffers()["bn1.running_mean"], first.mean({0, 2, 3})), 1e-5);
}

TEST(ConvNet, RefusesStridesThatDoNotFit) {
  EXPECT_THROW(stock<Encoder>({{"plugin", "convnet"}, {"strides", List{1}}}), Error);
  EXPECT_THROW(stock<Encoder>({{"plugin", "convnet"}, {"channels", List{}}, {"strides", List{}}}), Error);
}

}  // namespace
}  // namespace byolab
