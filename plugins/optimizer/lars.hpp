#pragma once

#include "groups.hpp"

/// Layer-wise adaptive rates (You et al. 2017) as the reference code has it (utils/optimizers.py):
///
///   u = g + wd·p        r = η‖p‖ / ‖u‖   (1 if either norm is 0)
///   mu = m·mu + r·u     p = p − lr·mu
///
/// Biases and normalisation layers have neither decay nor r. A weight decay of 0 leaves r in force. `separate` and
/// `clip_lr` are solo-learn's (solo/utils/lars.py), of which the first is lightly's, too, but that lightly has no r
/// where the decay is 0:
///
///   r = η‖p‖ / (‖g‖ + wd‖p‖ + ε)   (1 if ‖p‖ is 0; u = 0 if ‖g‖ is 0)        clipped: r ← min(r / lr, 1)
class Lars final : public byolab::Optimizer {
 public:
  enum class Denominator { sum, separate };
  struct Options {
    byolab::Schedule lr{byolab::Table{{"schedule", "warmup"},
                                      {"over", "10 epochs"},
                                      {"then", byolab::Table{{"schedule", "cosine"}, {"from", 0.2}, {"to", 0.0}}}}};
    std::int64_t lr_reference_batch = 0;
    double momentum = 0.9;
    double weight_decay = 1.5e-6;
    double trust_coefficient = 1e-3;
    Denominator trust_denominator = Denominator::sum;
    double eps = 1e-8;
    bool clip_lr = false;
    bool lr_inside_momentum = false;
    bool exclude_bias_norm = true;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Lars(const Options& options) : options_(options) {}

  void start(const std::vector<byolab::Parameter>& parameters) override;
  void step(const byolab::Step& step) override;
  double rate(const byolab::Step& step) const override {
    return scale_lr(options_.lr(step), options_.lr_reference_batch, step);
  }
  void state(byolab::State& state) override { state("momentum", momentum_); }
  std::vector<byolab::Metric> metrics() const override { return {{"lr", "learning rate of parts with lr_factor 1"}}; }
  std::vector<double> values() const override { return {lr_}; }

 private:
  /// u, times r: what enters the momentum.
  Tensors adapted(const Active& active, double lr) const;

  Options options_;
  std::vector<Group> groups_;
  Tensors momentum_;
  double lr_ = std::numeric_limits<double>::quiet_NaN();
};
