#pragma once

#include <byolab/plugin.hpp>

/// A linear rise before another schedule, W steps long: value(k) = k/W · then(0 of K − W) for k < W, exactly 0 at
/// step 0; then value(k) = then(k − W of K − W), as in the reference code's learning_schedule.
class Warmup final : public byolab::ScheduleCurve {
 public:
  struct Options {
    byolab::Cadence over = byolab::epochs(10);
    byolab::Schedule then = 1.0;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Warmup(const Options& options) : options_(options) {}

  double at(const byolab::Step& step) const override;

 private:
  Options options_;
};
