#pragma once

#include <byolab/plugin.hpp>

/// Keeps the middle of the image.
class CenterCrop final : public byolab::Augmentation {
 public:
  struct Options {
    std::int64_t size = 32;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit CenterCrop(const Options& options) : side_(static_cast<int>(options.size)) {}

  byolab::Draw draw(byolab::Random&, byolab::Size) const override { return {}; }
  byolab::Form form(const byolab::Draw&, int) const override { return byolab::Form::resampling; }
  byolab::Resampling resample(const byolab::Draw& draw, byolab::Size size) const override;

 private:
  int side_;
};
