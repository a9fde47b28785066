#pragma once

#include <byolab/plugin.hpp>

/// Makes all channels the image's gray.
class Grayscale final : public byolab::Augmentation {
 public:
  struct Options {
    double p = 0.1;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Grayscale(const Options& options) : options_(options) {}

  byolab::Draw draw(byolab::Random& random, byolab::Size) const override { return {random.chance(options_.p), {}}; }
  byolab::Form form(const byolab::Draw&, int) const override { return byolab::Form::pointwise; }
  void apply(byolab::Tile& tile, const byolab::Draw&, int, float) const override { byolab::tile::to_gray(tile); }

 private:
  Options options_;
};
