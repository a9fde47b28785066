#pragma once

#include "buffers.hpp"

/// Copies the online network into the target once every `interval`, and leaves it alone in between: the multi-step
/// alternation of SimSiam (Chen and He 2021, section 5.2), but that it keeps each image's target for the interval,
/// where here each step makes it of a new view; the "previous epoch" of DINO.
class PeriodicCheckpoint final : public byolab::TargetUpdate {
 public:
  struct Options {
    byolab::Cadence interval = byolab::epochs(1);
    Buffers buffers = Buffers::own;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit PeriodicCheckpoint(const Options& options) : options_(options) {}

  void update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) override;
  std::vector<byolab::Law> laws() const override;
  void state(byolab::State& state) override;
  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> values() const override;

 private:
  Options options_;
  std::int64_t age_ = 0;     // steps since the last copy
  std::int64_t copies_ = 0;  // made so far
  double moved_ = std::numeric_limits<double>::quiet_NaN();
};
