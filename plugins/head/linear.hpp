#pragma once

#include "layers.hpp"

/// One linear layer, `linear.weight`: what `mlp` is at depth 1.
class LinearHead final : public byolab::Head {
 public:
  struct Options {
    std::int64_t output = 256;
    bool bias = false;
    Init init = Init::lecun;
  };
  static void describe(byolab::Fields& field, Options& options);
  LinearHead(const Options& options, const byolab::Context& context);

  std::int64_t outputs() const override { return linear_->options.out_features(); }
  at::Tensor forward(const at::Tensor& x) override { return linear_->forward(x); }

 private:
  torch::nn::Linear linear_{nullptr};
};
