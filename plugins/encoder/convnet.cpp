#include "convnet.hpp"

void ConvNet::describe(byolab::Fields& field, Options& options) {
  field("channels", options.channels, "output channels of each convolution", {.min = 1, .unit = "channels"});
  field("strides", options.strides, "stride of each convolution", {.min = 1, .unit = "pixels"});
  describe_norm(field, options.norms);
}

ConvNet::ConvNet(const Options& options, const byolab::Context& context) : options_(options) {
  const auto layers = options.channels.size();
  if (layers == 0) throw byolab::Error("the encoder 'convnet' has no layers", "write channels = [32, 64], for example");
  if (layers != options.strides.size())
    throw byolab::Error("'convnet' has " + std::to_string(layers) + " channels and " +
                            std::to_string(options.strides.size()) + " strides",
                        "write one stride for each convolution");
  auto in = context.channels;
  for (std::size_t i = 0; i < layers; ++i) {
    const auto number = std::to_string(i + 1);
    const auto out = options.channels[i];
    convolutions_.push_back(register_module("conv" + number, convolution(in, out, 3, options.strides[i])));
    norms_.push_back(register_module("bn" + number, norm(out, options.norms)));
    in = out;
  }
}

at::Tensor ConvNet::block(std::size_t number, const at::Tensor& x) {
  return normalise(norms_[number], convolve(convolutions_[number], x), byolab::Activation::relu);
}

at::Tensor ConvNet::forward(const at::Tensor& images) {
  auto x = images;
  for (std::size_t i = 0; i < convolutions_.size(); ++i) x = block(i, x);
  return pool(x);
}

std::vector<at::Tensor> ConvNet::maps(const at::Tensor& images) {
  std::vector<at::Tensor> all;
  for (std::size_t i = 0; i < convolutions_.size(); ++i) all.push_back(block(i, all.empty() ? images : all.back()));
  return all;
}
