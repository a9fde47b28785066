#pragma once

#include "buffers.hpp"

/// A sequence of refined targets, with which the paper's idea begins (Grill et al. 2020, section 3): in each stage the
/// online network, anew from random weights, predicts the frozen network of the stage before; the first stage
/// predicts a random one, as `fixed_random` does. A schedule `repeat` gives each stage its own learning rate curve.
class Ladder final : public byolab::TargetUpdate, public byolab::RestartsOnline {
 public:
  struct Options {
    byolab::Cadence interval = byolab::percent(25);
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Ladder(const Options& options) : options_(options) {}

  void update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) override;
  bool restarts_online(const byolab::Step& step) const override;
  std::vector<byolab::Law> laws() const override;
  void state(byolab::State& state) override;
  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> values() const override;

 private:
  /// The stage of a step, counted from 0.
  std::int64_t stage_at(const byolab::Step& step, std::int64_t index) const;

  Options options_;
  std::int64_t stage_ = 0;  // of the newest step
};
