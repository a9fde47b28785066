#pragma once

#include "residual_block.hpp"

/// ResNet (He et al. 2016) without its classifier, any width, parameters named and started as torchvision's, so
/// that its weights load. `width` widens all layers, as the paper's multiplier does (torchvision's wide_resnet widens
/// the 3×3 ones alone). Stems: `imagenet` is 7×7 with stride 2 and 3×3 max-pooling with stride 2; `cifar` is
/// 3×3 with stride 1 and no pooling.
class ResNet final : public byolab::Encoder, public byolab::MapEncoder {
 public:
  enum class Stem { imagenet, cifar };
  struct Options {
    std::int64_t depth = 50;
    std::int64_t width = 64;
    Stem stem = Stem::imagenet;
    bool zero_init_residual = false;
    NormOptions norms;
  };
  static void describe(byolab::Fields& field, Options& options);
  static byolab::Table try_with() { return {{"depth", 18}, {"width", 4}, {"stem", "cifar"}}; }
  ResNet(const Options& options, const byolab::Context& context);

  std::int64_t features() const override { return features_; }
  at::Tensor forward(const at::Tensor& images) override;
  /// Outputs of layer1 to layer4; `forward` gives the mean over the last one's pixels.
  std::vector<std::int64_t> map_channels() const override;
  std::vector<at::Tensor> maps(const at::Tensor& images) override;

 private:
  struct Layer {
    std::vector<std::shared_ptr<ResidualBlock>> blocks;
    std::int64_t channels = 0;  ///< of its output
  };
  at::Tensor stem(const at::Tensor& images);
  static at::Tensor through(const Layer& layer, at::Tensor x);
  /// One of the four layers: `count` blocks, the first of them with the stride.
  void add_layer(int number, std::int64_t planes, std::int64_t count, std::int64_t stride, bool bottleneck);

  Options options_;
  torch::nn::Conv2d conv1_{nullptr};
  torch::nn::BatchNorm2d bn1_{nullptr};
  std::vector<Layer> layers_;
  std::int64_t features_ = 0;  // while building: channels so far
};
