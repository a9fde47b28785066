#pragma once

#include "progress.hpp"

/// value(k) = from + (to − from) · t,  t = min(k, D) / D,  D = K or K − 1.
class Linear final : public byolab::ScheduleCurve {
 public:
  struct Options {
    double from = 1, to = 0;
    Denominator denominator = Denominator::steps;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Linear(const Options& options) : options_(options) {}

  double at(const byolab::Step& step) const override;

 private:
  Options options_;
};
