#include "horizontal_flip.hpp"

void HorizontalFlip::describe(byolab::Fields& field, Options& options) {
  field("p", options.p, "probability", {.min = 0, .max = 1, .source = "Grill et al. 2020, table 6; torchvision"});
}

byolab::Resampling HorizontalFlip::resample(const byolab::Draw&, byolab::Size size) const {
  byolab::Resampling whole;
  whole.height = static_cast<float>(size.height);
  whole.width = static_cast<float>(size.width);
  whole.output = size;
  whole.mirror = true;
  return whole;
}
