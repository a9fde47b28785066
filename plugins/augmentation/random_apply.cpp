#include "random_apply.hpp"

void RandomApply::describe(byolab::Fields& field, Options& options) {
  field("p", options.p, "probability", {.min = 0, .max = 1, .source = "torchvision RandomApply"});
  field("augment", options.augment, "the augmentation", {.required = true});
}

byolab::Draw RandomApply::draw(byolab::Random& random, byolab::Size size) const {
  const bool apply = random.chance(options_.p);
  byolab::Draw draw = inner_->draw(random, size);
  draw.active = draw.active && apply;
  return draw;
}
