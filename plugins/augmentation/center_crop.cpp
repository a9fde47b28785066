#include "center_crop.hpp"

void CenterCrop::describe(byolab::Fields& field, Options& options) {
  field("size", options.size, "side of the result; 0: the size that the encoder sees", {.min = 0, .unit = "pixels"});
}

CenterCrop::CenterCrop(const Options& options, const byolab::Context& context) {
  const auto side = static_cast<int>(options.size);
  output_ = {side ? side : static_cast<int>(context.height), side ? side : static_cast<int>(context.width)};
}

byolab::Resampling CenterCrop::resample(const byolab::Draw&, byolab::Size size) const {
  if (size.height < output_.height || size.width < output_.width)
    throw byolab::Error("an image of " + std::to_string(size.height) + " × " + std::to_string(size.width) +
                            " has no middle of " + std::to_string(output_.height) + " × " +
                            std::to_string(output_.width),
                        "put resize before center_crop");
  const auto start = [](int whole, int part) { return std::nearbyint(static_cast<float>(whole - part) / 2); };
  return {start(size.height, output_.height),
          start(size.width, output_.width),
          static_cast<float>(output_.height),
          static_cast<float>(output_.width),
          output_,
          byolab::Resampling::Filter::bilinear,
          false};
}
