#include "color_jitter.hpp"

namespace {

enum Change { brightness, contrast, saturation, hue, kChanges };

// Draw::value: the four factors, then the four changes in their order.
constexpr std::size_t kOrder = kChanges;

}  // namespace

/// A stage: one change, or one channel of the reference's contrast, which has a mean for each.
struct ColorJitter::Step {
  Change change = kChanges;
  int channel = 0;
  float factor = 0;
};

void ColorJitter::describe(byolab::Fields& field, Options& options) {
  const char* source = "Grill et al. 2020, table 6 (torchvision's own default is 0: no change)";
  field("p", options.p, "probability that anything is changed", {.min = 0, .max = 1});
  field("brightness", options.brightness,
        "b: factor from [max(0, 1 − b), 1 + b] (torchvision), or addend from [−b, b] (reference)",
        {.min = 0, .source = source});
  field("contrast", options.contrast,
        "c: distance from the mean, of gray (torchvision) or of each channel (reference), times [max(0, 1 − c), 1 + c]",
        {.min = 0, .source = source});
  field("saturation", options.saturation,
        "s: factor from [max(0, 1 − s), 1 + s], of the distance from gray (torchvision), or of HSV's S (reference)",
        {.min = 0, .source = source});
  field("hue", options.hue, "h: HSV's H is turned by [−h, h] of the circle", {.min = 0, .max = 0.5, .source = source});
  field("variant", options.variant, {{"torchvision", Variant::torchvision}, {"reference", Variant::reference}},
        "what brightness, contrast and saturation mean",
        {.source = "torchvision ColorJitter; deepmind-research byol/utils/augmentations.py"});
}

byolab::Draw ColorJitter::draw(byolab::Random& random, byolab::Size) const {
  byolab::Draw draw{random.chance(options_.p), {}};
  const auto factor = [&random](double strength) {
    const auto s = static_cast<float>(strength);
    return random.uniform(std::max(0.0F, 1 - s), 1 + s);
  };
  const auto around_zero = [&random](double strength) {
    return random.uniform(-static_cast<float>(strength), static_cast<float>(strength));
  };
  draw.value[brightness] =
      options_.variant == Variant::reference ? around_zero(options_.brightness) : factor(options_.brightness);
  draw.value[contrast] = factor(options_.contrast);
  draw.value[saturation] = factor(options_.saturation);
  draw.value[hue] = around_zero(options_.hue);
  // All are drawn, those of strength 0 too: switching one off leaves the others as they were.
  for (std::uint32_t i = 0; i < kChanges; ++i) {
    const std::uint32_t j = random.below(i + 1);
    draw.value[kOrder + i] = draw.value[kOrder + j];
    draw.value[kOrder + j] = static_cast<float>(i);
  }
  return draw;
}

ColorJitter::Step ColorJitter::step(const byolab::Draw& draw, int stage) const {
  const std::array<double, kChanges> strength{options_.brightness, options_.contrast, options_.saturation,
                                              options_.hue};
  for (std::size_t i = 0; i < kChanges; ++i) {
    const auto change = static_cast<Change>(draw.value[kOrder + i]);
    if (strength[change] == 0) continue;
    const int stages = change == contrast && options_.variant == Variant::reference ? 3 : 1;
    if (stage < stages) return {change, stage, draw.value[change]};
    stage -= stages;
  }
  return {};
}

int ColorJitter::stages(const byolab::Draw& draw) const {
  int count = 0;
  while (step(draw, count).change != kChanges) ++count;
  return count;
}

byolab::Form ColorJitter::form(const byolab::Draw& draw, int stage) const {
  return step(draw, stage).change == contrast ? byolab::Form::reduction : byolab::Form::pointwise;
}

double ColorJitter::reduce(const byolab::Tile& tile, const byolab::Draw& draw, int stage) const {
  if (options_.variant == Variant::torchvision) return byolab::tile::sum_of_gray(tile);
  return byolab::tile::sum_of_plane(tile, step(draw, stage).channel);
}

void ColorJitter::apply(byolab::Tile& tile, const byolab::Draw& draw, int stage, float mean) const {
  namespace ops = byolab::tile;
  const Step now = step(draw, stage);
  const bool reference = options_.variant == Variant::reference;
  switch (now.change) {
    case brightness:
      return reference ? ops::add(tile, now.factor) : ops::multiply(tile, now.factor);
    case contrast:
      return reference ? ops::blend_plane(tile, now.channel, now.factor, mean) : ops::blend(tile, now.factor, mean);
    case saturation:
      return reference ? ops::scale_saturation(tile, now.factor) : ops::blend_with_gray(tile, now.factor);
    case hue:
      return ops::shift_hue(tile, now.factor);
    case kChanges:
      return;
  }
}
