#pragma once

#include "byolab/augmentation.hpp"
#include "kernels/resample_kernels.hpp"

namespace byolab::augment {

using kernels::AxisMap;

/// How the pixels of an image come from those of its source: what resize, crop and flip compose into.
struct ImageMap {
  AxisMap x, y;

  static ImageMap identity(Size size);
  Size size() const { return {y.count, x.count}; }
  bool cubic() const { return (x.cubic && !x.plain()) || (y.cubic && !y.plain()); }

  /// Appends a resampling of the present result. False, with nothing changed, if that needs a second pass: where
  /// both change the scale of an axis. Throws Error for a box outside the image.
  bool append(const Resampling& next);
};

}  // namespace byolab::augment
