#pragma once

#include <byolab/plugin.hpp>

/// Subtracts a mean from each channel and divides by a deviation. Applied to images that are evaluated, too.
class Normalize final : public byolab::Augmentation {
 public:
  enum class Stats { imagenet, cifar10, half, none };
  struct Options {
    Stats stats = Stats::imagenet;
    std::vector<double> mean, std;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Normalize(const Options& options);

  byolab::Draw draw(byolab::Random&, byolab::Size) const override { return {}; }
  byolab::Form form(const byolab::Draw&, int) const override { return byolab::Form::pointwise; }
  bool in_evaluation() const override { return true; }
  void apply(byolab::Tile& tile, const byolab::Draw&, int, float) const override {
    byolab::tile::normalize(tile, mean_, deviation_);
  }

 private:
  std::array<float, 4> mean_{}, deviation_{1, 1, 1, 1};
};
