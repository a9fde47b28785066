#include "resize.hpp"

#include "sides.hpp"

void Resize::describe(byolab::Fields& field, Options& options) {
  field("size", options.size, "the shorter side of the result; both sides without keep_shape",
        {.min = 1, .max = kLargestSide, .unit = "pixels", .source = "torchvision Resize"});
  field("keep_shape", options.keep_shape, "whether the image keeps its shape, or becomes a square");
  describe_interpolation(field, options.interpolation);
}

byolab::Resampling Resize::resample(const byolab::Draw&, byolab::Size size) const {
  const std::int64_t shorter = std::min(size.height, size.width);
  const auto side = [&](int of) {
    return static_cast<int>(options_.keep_shape ? options_.size * of / shorter : options_.size);
  };
  const auto& [filter, antialias] = options_.interpolation;
  return {0,
          0,
          static_cast<float>(size.height),
          static_cast<float>(size.width),
          {side(size.height), side(size.width)},
          filter,
          false,
          antialias};
}
