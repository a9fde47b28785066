#include "augment/middle.hpp"

#include <algorithm>

namespace byolab::augment {

Resampling MiddleCrop::resample(const Draw&, Size size) const {
  const double scale = share_ * std::min(static_cast<double>(size.height) / output_.height,
                                         static_cast<double>(size.width) / output_.width);
  const double height = scale * output_.height, width = scale * output_.width;
  return {static_cast<float>((size.height - height) / 2),
          static_cast<float>((size.width - width) / 2),
          static_cast<float>(height),
          static_cast<float>(width),
          output_,
          Resampling::Filter::bicubic,
          false};
}

}  // namespace byolab::augment
