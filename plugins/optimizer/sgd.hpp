#pragma once

#include "groups.hpp"

/// Stochastic gradient descent as torch.optim.SGD (without dampening):
///
///   u = g + wd·p     mu = m·mu + u     p = p − lr·mu     (Nesterov: p = p − lr·(u + m·mu))
class Sgd final : public byolab::Optimizer {
 public:
  struct Options {
    byolab::Schedule lr{byolab::Table{{"schedule", "cosine"}, {"from", 0.05}, {"to", 0.0}}};
    std::int64_t lr_reference_batch = 0;
    double momentum = 0.9;
    bool nesterov = false;
    double weight_decay = 1e-4;
    bool exclude_bias_norm = false;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Sgd(const Options& options) : options_(options) {}

  void start(const std::vector<byolab::Parameter>& parameters) override;
  void step(const byolab::Step& step) override;
  double rate(const byolab::Step& step) const override {
    return scale_lr(options_.lr(step), options_.lr_reference_batch, step);
  }
  void state(byolab::State& state) override { state("momentum", momentum_); }
  std::vector<byolab::Metric> metrics() const override { return {{"lr", "learning rate of parts with lr_factor 1"}}; }
  std::vector<double> values() const override { return {lr_}; }

 private:
  Options options_;
  std::vector<Group> groups_;
  Tensors momentum_;
  double lr_ = std::numeric_limits<double>::quiet_NaN();
};
