#include "resnet.hpp"

#include <array>

namespace {

struct Depth {
  std::int64_t depth;
  bool bottleneck;
  std::array<std::int64_t, 4> blocks;
};

constexpr Depth kDepths[] = {
    {18, false, {2, 2, 2, 2}},  {34, false, {3, 4, 6, 3}},  {50, true, {3, 4, 6, 3}},
    {101, true, {3, 4, 23, 3}}, {152, true, {3, 8, 36, 3}}, {200, true, {3, 24, 36, 3}},
};

const Depth& find(std::int64_t depth) {
  for (const auto& known : kDepths)
    if (known.depth == depth) return known;
  throw byolab::Error("there is no ResNet of depth " + std::to_string(depth),
                      "depth is one of 18, 34, 50, 101, 152, 200");
}

}  // namespace

void ResNet::describe(byolab::Fields& field, Options& options) {
  field("depth", options.depth, "number of layers: 18, 34, 50, 101, 152 or 200",
        {.min = 18, .max = 200, .unit = "layers", .source = "He et al. 2016, Table 1; 200: byol/utils/networks.py"});
  field("width", options.width, "channels of the first layer; the paper's ×2 is 128",
        {.min = 1, .unit = "channels", .source = "64: He et al. 2016"});
  field("stem", options.stem, {{"imagenet", Stem::imagenet}, {"cifar", Stem::cifar}},
        "7x7 with stride 2 and max-pooling, or 3x3 alone for small images");
  field("zero_init_residual", options.zero_init_residual, "start each block as the identity",
        {.source = "Goyal et al. 2017; false: torchvision's default, and the paper's results"});
  describe_norm(field, options.norms);
}

ResNet::ResNet(const Options& options, const byolab::Context& context) : options_(options), features_(options.width) {
  const auto& depth = find(options.depth);
  const bool large = options.stem == Stem::imagenet;
  conv1_ = register_module("conv1", convolution(context.channels, options.width, large ? 7 : 3, large ? 2 : 1));
  bn1_ = register_module("bn1", norm(options.width, options.norms));
  for (int i = 0; i < 4; ++i) add_layer(i + 1, options.width << i, depth.blocks[i], i == 0 ? 1 : 2, depth.bottleneck);
  if (options.zero_init_residual)
    for (const auto& layer : layers_)
      for (const auto& block : layer.blocks) block->zero_last_norm();
}

void ResNet::add_layer(int number, std::int64_t planes, std::int64_t count, std::int64_t stride, bool bottleneck) {
  const auto layer = register_module("layer" + std::to_string(number), std::make_shared<torch::nn::Module>());
  auto& blocks = layers_.emplace_back().blocks;
  for (std::int64_t i = 0; i < count; ++i) {
    const ResidualBlock::Shape shape{features_, planes, i == 0 ? stride : 1, bottleneck};
    blocks.push_back(std::make_shared<ResidualBlock>(shape, options_.norms));
    layer->register_module(std::to_string(i), blocks.back());
    features_ = shape.out();
  }
  layers_.back().channels = features_;
}

at::Tensor ResNet::stem(const at::Tensor& images) {
  const auto x = normalise(bn1_, convolve(conv1_, images), byolab::Activation::relu);
  return options_.stem == Stem::imagenet ? at::max_pool2d(x, 3, 2, 1) : x;
}

at::Tensor ResNet::through(const Layer& layer, at::Tensor x) {
  for (const auto& block : layer.blocks) x = block->forward(x);
  return x;
}

at::Tensor ResNet::forward(const at::Tensor& images) {
  auto x = stem(images);
  for (const auto& layer : layers_) x = through(layer, std::move(x));
  return pool(x);
}

std::vector<std::int64_t> ResNet::map_channels() const {
  std::vector<std::int64_t> channels;
  for (const auto& layer : layers_) channels.push_back(layer.channels);
  return channels;
}

std::vector<at::Tensor> ResNet::maps(const at::Tensor& images) {
  std::vector<at::Tensor> all;
  auto x = stem(images);
  for (const auto& layer : layers_) {
    x = through(layer, x);
    all.push_back(x);
  }
  return all;
}
