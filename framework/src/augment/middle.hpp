#pragma once

#include "byolab/augmentation.hpp"

namespace byolab::augment {

/// Resizes so that an output of the given size, enlarged by 1/share, just fits into the image, and keeps its middle.
/// Leaves images that have the size already as they are.
class MiddleCrop final : public Augmentation {
 public:
  MiddleCrop(Size output, double share) : output_(output), share_(share) {}

  Draw draw(Random&, Size size) const override {
    return {size.height != output_.height || size.width != output_.width, {}};
  }
  Form form(const Draw&, int) const override { return Form::resampling; }
  Resampling resample(const Draw&, Size size) const override;
  bool in_evaluation() const override { return true; }

 private:
  Size output_;
  double share_;
};

}  // namespace byolab::augment
