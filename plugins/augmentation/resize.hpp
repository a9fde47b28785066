#pragma once

#include "interpolation.hpp"

/// Resizes the whole image.
class Resize final : public byolab::Augmentation {
 public:
  struct Options {
    std::int64_t size = 32;
    bool keep_shape = true;
    Interpolation interpolation;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Resize(const Options& options) : options_(options) {}

  byolab::Draw draw(byolab::Random&, byolab::Size) const override { return {}; }
  byolab::Form form(const byolab::Draw&, int) const override { return byolab::Form::resampling; }
  byolab::Resampling resample(const byolab::Draw& draw, byolab::Size size) const override;

 private:
  Options options_;
};
