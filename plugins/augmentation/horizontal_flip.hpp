#pragma once

#include <byolab/plugin.hpp>

/// Mirrors left and right.
class HorizontalFlip final : public byolab::Augmentation {
 public:
  struct Options {
    double p = 0.5;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit HorizontalFlip(const Options& options) : options_(options) {}

  byolab::Draw draw(byolab::Random& random, byolab::Size) const override { return {random.chance(options_.p), {}}; }
  byolab::Form form(const byolab::Draw&, int) const override { return byolab::Form::resampling; }
  byolab::Resampling resample(const byolab::Draw& draw, byolab::Size size) const override;

 private:
  Options options_;
};
