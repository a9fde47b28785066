#pragma once

#include "buffers.hpp"

/// ξ ← τ ξ + (1 − τ) θ, with θ after the optimizer's step and τ at the step's index k before it is counted up
/// (the reference code: byol_experiment.py, schedules.py). τ = 0 copies and τ = 1 does nothing, bit for bit.
class Ema final : public byolab::TargetUpdate {
 public:
  struct Options {
    byolab::Schedule tau{byolab::Table{{"schedule", "cosine"}, {"from", 0.996}, {"to", 1.0}}};
    Buffers buffers = Buffers::own;
    bool measure_distance = false;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Ema(const Options& options) : options_(options) {}

  void update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) override;
  std::vector<byolab::Law> laws() const override;
  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> values() const override;

 private:
  Options options_;
  double tau_ = std::numeric_limits<double>::quiet_NaN();
  double distance_ = std::numeric_limits<double>::quiet_NaN();
};
