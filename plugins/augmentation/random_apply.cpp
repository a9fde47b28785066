#include "random_apply.hpp"

void RandomApply::describe(byolab::Fields& field, Options& options) {
  field("p", options.p, "probability", {.min = 0, .max = 1, .source = "torchvision RandomApply"});
  field("augment", options.augment, "the augmentation", {.required = true});
}

RandomApply::RandomApply(const Options& options, const byolab::Context& context)
    : options_(options), inner_(options.augment.make(context)) {
  if (inner_->in_evaluation())
    throw byolab::Error("random_apply holds '" + options.augment.name() +
                            "', which is for images that are evaluated, too: they would not get it",
                        "write it as an element of its own, behind the augmentations");
}

byolab::Draw RandomApply::draw(byolab::Random& random, byolab::Size size) const {
  const bool apply = random.chance(options_.p);
  byolab::Draw draw = inner_->draw(random, size);
  draw.active = draw.active && apply;
  return draw;
}
