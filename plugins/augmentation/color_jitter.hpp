#pragma once

#include <byolab/plugin.hpp>

/// Changes brightness, contrast, saturation and hue, in an order drawn for each image, clipping after each.
/// Its draws: the factors of brightness, contrast, saturation and hue, then these four's numbers in their order.
class ColorJitter final : public byolab::Augmentation {
 public:
  enum class Variant { torchvision, reference };
  struct Options {
    double p = 1;
    double brightness = 0.4, contrast = 0.4, saturation = 0.2, hue = 0.1;
    Variant variant = Variant::torchvision;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit ColorJitter(const Options& options) : options_(options) {}

  byolab::Draw draw(byolab::Random& random, byolab::Size size) const override;
  int stages(const byolab::Draw& draw) const override;
  byolab::Form form(const byolab::Draw& draw, int stage) const override;
  double reduce(const byolab::Tile& tile, const byolab::Draw& draw, int stage) const override;
  void apply(byolab::Tile& tile, const byolab::Draw& draw, int stage, float mean) const override;

 private:
  struct Step;
  Step step(const byolab::Draw& draw, int stage) const;
  Options options_;
};
