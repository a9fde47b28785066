#pragma once

#include "interpolation.hpp"

/// Cuts out a box of random area and aspect ratio, and resizes it.
class RandomResizedCrop final : public byolab::Augmentation {
 public:
  enum class Method { torchvision, reference };
  struct Options {
    std::int64_t size = 32;
    std::vector<double> scale{0.08, 1.0};
    std::vector<double> ratio{3.0 / 4, 4.0 / 3};
    Interpolation interpolation;
    Method method = Method::torchvision;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit RandomResizedCrop(const Options& options);

  byolab::Draw draw(byolab::Random& random, byolab::Size size) const override;
  byolab::Form form(const byolab::Draw&, int) const override { return byolab::Form::resampling; }
  byolab::Resampling resample(const byolab::Draw& draw, byolab::Size size) const override;

 private:
  Options options_;
};
