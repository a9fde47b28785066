#pragma once

#include <torch/nn/modules/batchnorm.h>

#include "layers.hpp"

/// The paper's projector and predictor: `depth` linear layers, BatchNorm and ReLU after each but the last. As in
/// the reference code (utils/networks.py) hidden layers have a bias in spite of the BatchNorm, and the last has
/// neither bias nor BatchNorm. Parameters are linear1.weight, norm1.weight, …
class Mlp final : public byolab::Head {
 public:
  struct Options {
    std::int64_t hidden = 4096;
    std::int64_t output = 256;
    std::int64_t depth = 2;
    bool batch_norm = true;
    bool hidden_bias = true;
    bool last_bias = false;
    bool last_batch_norm = false;
    double bn_momentum = 0.1;
    double bn_eps = 1e-5;
    Init init = Init::lecun;
  };
  static void describe(byolab::Fields& field, Options& options);
  static byolab::Table try_with() { return {{"hidden", 12}, {"output", 10}}; }
  Mlp(const Options& options, const byolab::Context& context);

  std::int64_t outputs() const override { return options_.output; }
  at::Tensor forward(const at::Tensor& x) override;

 private:
  struct Layer {
    torch::nn::Linear linear{nullptr};
    torch::nn::BatchNorm1d norm{nullptr};  // empty where there is none
  };
  Options options_;
  std::vector<Layer> layers_;
};
