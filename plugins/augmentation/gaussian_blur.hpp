#pragma once

#include <byolab/plugin.hpp>

/// Blurs with a Gaussian of random width.
class GaussianBlur final : public byolab::Augmentation {
 public:
  using Border = byolab::tile::Border;
  struct Options {
    double p = 1;
    double kernel = 0.1;
    std::vector<double> sigma{0.1, 2.0};
    Border border = Border::reflect;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit GaussianBlur(const Options& options);

  byolab::Draw draw(byolab::Random& random, byolab::Size size) const override;
  byolab::Form form(const byolab::Draw&, int) const override { return byolab::Form::neighbourhood; }
  void apply(byolab::Tile& tile, const byolab::Draw& draw, int stage, float mean) const override;

 private:
  int radius_at(int height) const;  ///< of the kernel, in pixels
  Options options_;
};
