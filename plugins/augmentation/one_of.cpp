#include "one_of.hpp"

namespace {

// The last of a draw's values holds the choice, and what the chosen one had there: choice + choices · value. So
// a one_of may stand in a one_of.
constexpr std::size_t kChoice = 11;
constexpr float kLargest = 1 << 20;  // far below where float loses whole numbers

}  // namespace

void OneOf::describe(byolab::Fields& field, Options& options) {
  field("choices", options.choices, "the augmentations, of which each image gets one", {.required = true});
  field("weights", options.weights, "how often each is picked, in relation; empty: equally often", {.min = 0});
}

OneOf::OneOf(const Options& options, const byolab::Context& context) {
  if (options.choices.empty()) throw byolab::Error("one_of has no choices", "write choices = [{ plugin = \"…\" }, …]");
  if (!options.weights.empty() && options.weights.size() != options.choices.size())
    throw byolab::Error("one_of has " + std::to_string(options.choices.size()) + " choices and " +
                            std::to_string(options.weights.size()) + " weights",
                        "write one weight for each choice, or none");
  double sum = 0;
  for (std::size_t i = 0; i < options.choices.size(); ++i) {
    choices_.push_back(options.choices[i].make(context));
    if (choices_.back()->in_evaluation())
      throw byolab::Error("one_of holds '" + options.choices[i].name() +
                              "', which is for images that are evaluated, too: they would not get it",
                          "write it as an element of its own, behind the augmentations");
    up_to_.push_back(sum += options.weights.empty() ? 1 : options.weights[i]);
  }
  if (!(sum > 0)) throw byolab::Error("the weights of one_of are all 0", "make one of them larger");
}

byolab::Draw OneOf::draw(byolab::Random& random, byolab::Size size) const {
  const double at = static_cast<double>(random.uniform()) * up_to_.back();
  std::size_t choice = 0;
  while (choice + 1 < choices_.size() && at >= up_to_[choice]) ++choice;
  byolab::Draw draw = choices_[choice]->draw(random, size);
  float& last = draw.value[kChoice];
  const auto count = static_cast<float>(choices_.size());
  if (last < 0 || last != std::floor(last) || last * count >= kLargest)
    throw byolab::Error("an augmentation within one_of uses all 12 values of its Draw",
                        "one_of needs the last: use 11, or a whole number of 0 or more there");
  last = static_cast<float>(choice) + count * last;
  return draw;
}

OneOf::Picked OneOf::picked(const byolab::Draw& draw) const {
  const auto code = static_cast<std::size_t>(draw.value[kChoice]), count = choices_.size();
  byolab::Draw inner = draw;
  inner.value[kChoice] = static_cast<float>(code / count);
  return {*choices_[code % count], inner};
}

int OneOf::stages(const byolab::Draw& draw) const {
  const Picked one = picked(draw);
  return one.op.stages(one.draw);
}

byolab::Form OneOf::form(const byolab::Draw& draw, int stage) const {
  const Picked one = picked(draw);
  return one.op.form(one.draw, stage);
}

byolab::Resampling OneOf::resample(const byolab::Draw& draw, byolab::Size size) const {
  const Picked one = picked(draw);
  return one.op.resample(one.draw, size);
}

double OneOf::reduce(const byolab::Tile& tile, const byolab::Draw& draw, int stage) const {
  const Picked one = picked(draw);
  return one.op.reduce(tile, one.draw, stage);
}

void OneOf::apply(byolab::Tile& tile, const byolab::Draw& draw, int stage, float mean) const {
  const Picked one = picked(draw);
  one.op.apply(tile, one.draw, stage, mean);
}

at::Tensor OneOf::apply(const at::Tensor& image, const byolab::Draw& draw, byolab::Random& random) const {
  const Picked one = picked(draw);
  return one.op.apply(image, one.draw, random);
}
