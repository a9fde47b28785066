#pragma once

#include <byolab/plugin.hpp>

/// value(k) = value.
class Constant final : public byolab::ScheduleCurve {
 public:
  struct Options {
    double value = 1;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Constant(const Options& options) : options_(options) {}

  double at(const byolab::Step& step) const override;

 private:
  Options options_;
};
