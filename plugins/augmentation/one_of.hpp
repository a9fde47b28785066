#pragma once

#include <byolab/plugin.hpp>

/// Picks one of several augmentations for each image.
class OneOf final : public byolab::Augmentation {
 public:
  struct Options {
    std::vector<byolab::Nested<byolab::Augmentation>> choices;
    std::vector<double> weights;
  };
  static void describe(byolab::Fields& field, Options& options);
  static byolab::Table try_with() { return {{"choices", byolab::List{"solarize", "gaussian_blur"}}}; }
  OneOf(const Options& options, const byolab::Context& context);

  byolab::Draw draw(byolab::Random& random, byolab::Size size) const override;
  int stages(const byolab::Draw& draw) const override;
  byolab::Form form(const byolab::Draw& draw, int stage) const override;
  byolab::Resampling resample(const byolab::Draw& draw, byolab::Size size) const override;
  double reduce(const byolab::Tile& tile, const byolab::Draw& draw, int stage) const override;
  void apply(byolab::Tile& tile, const byolab::Draw& draw, int stage, float mean) const override;
  at::Tensor apply(const at::Tensor& image, const byolab::Draw& draw, byolab::Random& random) const override;

 private:
  struct Picked {
    const byolab::Augmentation& op;
    byolab::Draw draw;
  };
  Picked picked(const byolab::Draw& draw) const;

  std::vector<std::shared_ptr<byolab::Augmentation>> choices_;
  std::vector<double> up_to_;  ///< weights, added up
};
