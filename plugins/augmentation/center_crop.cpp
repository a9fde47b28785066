#include "center_crop.hpp"

#include "sides.hpp"

void CenterCrop::describe(byolab::Fields& field, Options& options) {
  field("size", options.size, "side of the result", {.min = 1, .max = kLargestSide, .unit = "pixels"});
}

byolab::Resampling CenterCrop::resample(const byolab::Draw&, byolab::Size size) const {
  if (size.height < side_ || size.width < side_)
    throw byolab::Error("an image of " + std::to_string(size.height) + " × " + std::to_string(size.width) +
                            " has no middle of " + std::to_string(side_) + " × " + std::to_string(side_),
                        "put resize before center_crop");
  const auto start = [this](int whole) { return std::nearbyint(static_cast<float>(whole - side_) / 2); };
  byolab::Resampling middle;
  middle.top = start(size.height);
  middle.left = start(size.width);
  middle.height = middle.width = static_cast<float>(side_);
  middle.output = {side_, side_};
  return middle;
}
