#pragma once

#include <byolab/plugin.hpp>

/// Inverts what is bright: 1 − x where x ≥ threshold.
class Solarize final : public byolab::Augmentation {
 public:
  struct Options {
    double p = 0.5;
    double threshold = 0.5;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Solarize(const Options& options) : options_(options) {}

  byolab::Draw draw(byolab::Random& random, byolab::Size) const override { return {random.chance(options_.p), {}}; }
  byolab::Form form(const byolab::Draw&, int) const override { return byolab::Form::pointwise; }
  void apply(byolab::Tile& tile, const byolab::Draw&, int, float) const override {
    byolab::tile::solarize(tile, static_cast<float>(options_.threshold));
  }

 private:
  Options options_;
};
