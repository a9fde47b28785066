#pragma once

#include <byolab/plugin.hpp>

/// Another schedule over and over, each time as if its span were the whole run: value(k) = of(k mod S of S). Cosine
/// repeated is SGDR's warm restart (Loshchilov and Hutter 2017, section 3) with a period that does not grow.
class Repeat final : public byolab::ScheduleCurve {
 public:
  struct Options {
    byolab::Cadence span = byolab::percent(25);
    byolab::Schedule of = 1.0;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Repeat(const Options& options) : options_(options) {}

  double at(const byolab::Step& step) const override;

 private:
  Options options_;
};
