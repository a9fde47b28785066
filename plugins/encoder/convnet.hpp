#pragma once

#include "layers.hpp"

/// A plain stack of 3×3 convolutions, each with BatchNorm and ReLU, mean-pooled at the end: an encoder for runs of
/// minutes on a CPU. Parameters are conv1.weight, bn1.weight, …, started as ResNet's.
class ConvNet final : public byolab::Encoder, public byolab::MapEncoder {
 public:
  struct Options {
    std::vector<std::int64_t> channels = {32, 64, 128, 256};
    std::vector<std::int64_t> strides = {2, 2, 2, 1};
    NormOptions norms;
  };
  static void describe(byolab::Fields& field, Options& options);
  static byolab::Table try_with() { return {{"channels", byolab::List{4, 6}}, {"strides", byolab::List{2, 2}}}; }
  ConvNet(const Options& options, const byolab::Context& context);

  std::int64_t features() const override { return options_.channels.back(); }
  at::Tensor forward(const at::Tensor& images) override;
  /// The output of each convolution's block; `forward` gives the mean over the last one's pixels.
  std::vector<std::int64_t> map_channels() const override { return options_.channels; }
  std::vector<at::Tensor> maps(const at::Tensor& images) override;

 private:
  at::Tensor block(std::size_t number, const at::Tensor& x);

  Options options_;
  std::vector<torch::nn::Conv2d> convolutions_;
  std::vector<torch::nn::BatchNorm2d> norms_;
};
