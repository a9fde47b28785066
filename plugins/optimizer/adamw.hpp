#pragma once

#include "groups.hpp"

/// Adam with decoupled weight decay as torch.optim.AdamW, t counting a parameter's own steps from 1:
///
///   p = p·(1 − lr·wd)     m = β₁m + (1 − β₁)g     v = β₂v + (1 − β₂)g²
///   p = p − lr/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
class AdamW final : public byolab::Optimizer {
 public:
  struct Options {
    byolab::Schedule lr = 1e-3;
    std::int64_t lr_reference_batch = 0;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double eps = 1e-8;
    double weight_decay = 1e-2;
    bool exclude_bias_norm = false;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit AdamW(const Options& options) : options_(options) {}

  void start(const std::vector<byolab::Parameter>& parameters) override;
  void step(const byolab::Step& step) override;
  double rate(const byolab::Step& step) const override {
    return scale_lr(options_.lr(step), options_.lr_reference_batch, step);
  }
  void state(byolab::State& state) override;
  std::vector<byolab::Metric> metrics() const override { return {{"lr", "learning rate of parts with lr_factor 1"}}; }
  std::vector<double> values() const override { return {lr_}; }

 private:
  void move(const Active& active, double lr);

  Options options_;
  std::vector<Group> groups_;
  Tensors first_, second_;  // moments
  at::Tensor counts_;       // [parameters] int64 on the CPU: t of each
  double lr_ = std::numeric_limits<double>::quiet_NaN();
};
