#pragma once

#include <byolab/plugin.hpp>

/// Cross-entropy of a linear classifier of its own on the encoder's features, mean over views and labelled images:
/// the ceiling that self-supervised encoders are compared with. With `stop_gradient` it trains the classifier and
/// leaves the encoder alone, the reference code's online probe (byol_experiment.py), for use inside `combined`.
class Supervised final : public byolab::Loss {
 public:
  struct Options {
    double label_smoothing = 0;
    bool stop_gradient = false;
    bool first_view_only = false;
  };
  static void describe(byolab::Fields& field, Options& options);
  Supervised(const Options& options, const byolab::Context& context);

  byolab::Needs needs() const override { return {.target = false, .prediction = false, .labels = true}; }
  at::Tensor forward(const byolab::Outputs& outputs, const byolab::Step& step) override;
  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> values() const override;

 private:
  Options options_;
  at::Tensor weight_, bias_;  // [classes, features], [classes]
  at::Tensor top1_;           // stays on the device until it is asked for
};
