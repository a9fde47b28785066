#include "mlp.hpp"

#include <ATen/Functions.h>

void Mlp::describe(byolab::Fields& field, Options& options) {
  const char* paper = "Grill et al. 2020, section 3.3 and Table 14; the reference code, utils/networks.py";
  field("hidden", options.hidden, "width of the hidden layers", {.min = 1, .source = paper});
  field("output", options.output, "width of the output", {.min = 1, .source = paper});
  field("depth", options.depth, "number of linear layers", {.min = 1, .max = 1000, .unit = "layers", .source = paper});
  field("batch_norm", options.batch_norm, "BatchNorm after each hidden layer", {.source = paper});
  field("hidden_bias", options.hidden_bias, "hidden layers have a bias", {.source = paper});
  field("last_bias", options.last_bias, "the last layer has a bias", {.source = paper});
  field("last_batch_norm", options.last_batch_norm, "BatchNorm after the last layer",
        {.source = "false: the reference code; true: SimSiam's projector, in whose code it is not trained"});
  field("bn_momentum", options.bn_momentum, "share of a batch's statistics in BatchNorm's running ones",
        {.min = 0, .max = 1, .source = "0.1, a decay of 0.9: the reference code, configs/byol.py"});
  field("bn_eps", options.bn_eps, "added to BatchNorm's variance", {.min = 0, .source = "the reference code"});
  describe_init(field, options.init);
}

namespace {

at::Tensor normalise(const torch::nn::BatchNorm1d& norm, at::Tensor x, byolab::Activation activation) {
  if (norm->is_training()) norm->num_batches_tracked.add_(1);
  const byolab::BatchNormTerms terms{
      norm->weight,        norm->bias,         norm->running_mean, norm->running_var, *norm->options.momentum(),
      norm->options.eps(), norm->is_training()};
  return byolab::batch_norm(std::move(x), terms, activation);
}

}  // namespace

Mlp::Mlp(const Options& options, const byolab::Context& context) : options_(options) {
  auto in = context.inputs;
  for (std::int64_t i = 1; i <= options.depth; ++i) {
    const bool last = i == options.depth;
    const auto out = last ? options.output : options.hidden;
    const auto number = std::to_string(i);
    auto& layer = layers_.emplace_back();
    const bool bias = last ? options.last_bias : options.hidden_bias;
    layer.linear = register_module("linear" + number, linear(in, out, bias, options.init));
    if (last ? options.last_batch_norm : options.batch_norm) {
      const auto norm = torch::nn::BatchNorm1dOptions(out).momentum(options.bn_momentum).eps(options.bn_eps);
      layer.norm = register_module("norm" + number, torch::nn::BatchNorm1d(norm));
    }
    in = out;
  }
}

at::Tensor Mlp::forward(const at::Tensor& x) {
  auto out = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    out = layers_[i].linear->forward(out);
    const bool relu = i + 1 < layers_.size();
    if (layers_[i].norm)
      out = normalise(layers_[i].norm, std::move(out), relu ? byolab::Activation::relu : byolab::Activation::none);
    else if (relu)
      out = out.relu();
  }
  return out;
}
