#pragma once

#include <byolab/plugin.hpp>

/// NT-Xent (Chen et al. 2020, Eq. 1) over the l2-normalised projections of all v·n views, s = cosine / temperature:
///
///   loss = mean over i, and over i's other views p, of  −s(i, p) + ln Σ_{a ≠ i} exp s(i, a)
///
/// With two views that is the published loss. Needs neither target nor predictor.
class SimClr final : public byolab::Loss {
 public:
  struct Options {
    byolab::Schedule temperature = 0.1;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit SimClr(const Options& options) : options_(options) {}

  byolab::Needs needs() const override { return {.target = false, .prediction = false, .labels = false}; }
  at::Tensor forward(const byolab::Outputs& outputs, const byolab::Step& step) override;
  std::vector<byolab::Metric> metrics() const override { return {{"temperature", "what cosines are divided by"}}; }
  std::vector<double> values() const override { return {temperature_}; }

 private:
  Options options_;
  double temperature_ = std::numeric_limits<double>::quiet_NaN();
};
