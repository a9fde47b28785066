#pragma once

#include <byolab/plugin.hpp>

/// value(k) = from · factor^m,  m = how many of the milestones have been reached (milestone ≤ k).
class StepSchedule final : public byolab::ScheduleCurve {
 public:
  struct Options {
    double from = 1;
    double factor = 0.1;
    std::vector<double> milestones = {60, 80};
    byolab::Cadence::Unit unit = byolab::Cadence::Unit::percent;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit StepSchedule(const Options& options) : options_(options) {}

  double at(const byolab::Step& step) const override;

 private:
  Options options_;
};
