#pragma once

#include <byolab/plugin.hpp>

/// Applies another augmentation to some images only.
class RandomApply final : public byolab::Augmentation {
 public:
  struct Options {
    double p = 0.5;
    byolab::Nested<byolab::Augmentation> augment;
  };
  static void describe(byolab::Fields& field, Options& options);
  static byolab::Table try_with() { return {{"augment", "color_jitter"}}; }
  RandomApply(const Options& options, const byolab::Context& context);

  byolab::Draw draw(byolab::Random& random, byolab::Size size) const override;
  int stages(const byolab::Draw& draw) const override { return inner_->stages(draw); }
  byolab::Form form(const byolab::Draw& draw, int stage) const override { return inner_->form(draw, stage); }
  byolab::Resampling resample(const byolab::Draw& draw, byolab::Size size) const override {
    return inner_->resample(draw, size);
  }
  double reduce(const byolab::Tile& tile, const byolab::Draw& draw, int stage) const override {
    return inner_->reduce(tile, draw, stage);
  }
  void apply(byolab::Tile& tile, const byolab::Draw& draw, int stage, float mean) const override {
    inner_->apply(tile, draw, stage, mean);
  }
  at::Tensor apply(const at::Tensor& image, const byolab::Draw& draw, byolab::Random& random) const override {
    return inner_->apply(image, draw, random);
  }

 private:
  Options options_;
  std::shared_ptr<byolab::Augmentation> inner_;
};
