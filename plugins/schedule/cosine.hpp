#pragma once

#include "progress.hpp"

/// Half a cosine wave: value(k) = to − (to − from) · (1 + cos πt) / 2,  t = min(k, D) / D,  D = K or K − 1.
/// With `warmup` of W steps: value(k) = from · k/W for k < W, and then the same with k − W of K − W.
class Cosine final : public byolab::ScheduleCurve {
 public:
  struct Options {
    double from = 1, to = 0;
    Denominator denominator = Denominator::steps;
    byolab::Cadence warmup = byolab::steps(0);
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Cosine(const Options& options) : options_(options) {}

  double at(const byolab::Step& step) const override;

 private:
  Options options_;
};
