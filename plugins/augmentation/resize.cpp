#include "resize.hpp"

void Resize::describe(byolab::Fields& field, Options& options) {
  field("size", options.size,
        "the shorter side of the result, whose shape is kept; 0: exactly the size that the encoder sees",
        {.min = 0, .unit = "pixels", .source = "torchvision Resize"});
  describe_interpolation(field, options.interpolation);
}

Resize::Resize(const Options& options, const byolab::Context& context)
    : options_(options), exact_{static_cast<int>(context.height), static_cast<int>(context.width)} {}

byolab::Resampling Resize::resample(const byolab::Draw&, byolab::Size size) const {
  byolab::Size output = exact_;
  if (options_.size > 0) {
    const std::int64_t shorter = std::min(size.height, size.width);
    output = {static_cast<int>(options_.size * size.height / shorter),
              static_cast<int>(options_.size * size.width / shorter)};
  }
  return {0, 0, static_cast<float>(size.height), static_cast<float>(size.width), output, options_.interpolation, false};
}
