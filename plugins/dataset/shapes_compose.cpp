#include <algorithm>
#include <cmath>
#include <numbers>

#include "shapes_scene.hpp"

namespace shapes {
namespace {

constexpr float kTurn = 2.0F * std::numbers::pi_v<float>;

constexpr float kTilt = 0.25F;  // radians either way

// A picture in grey must still show the figure, or the grey augmentation would hide the class.
constexpr float kContrast = 0.35F;

template <std::size_t n>
int pick(const std::array<const char*, n>& names, byolab::Random& random) {
  return static_cast<int>(random.below(static_cast<std::uint32_t>(names.size())));
}

Colour darker(const Colour& colour, float factor) {
  return {colour[0] * factor, colour[1] * factor, colour[2] * factor};
}

void lay(Paint& paint, Texture texture, float low, float high, byolab::Random& random) {
  paint.texture = texture;
  const float angle = random.uniform(0.0F, kTurn);
  paint.cosine = std::cos(angle);
  paint.sine = std::sin(angle);
  paint.period = random.uniform(low, high);
  paint.u = random.uniform(0.0F, 8.0F);
  paint.v = random.uniform(0.0F, 8.0F);
}

Paint ground_paint(const Recipe& recipe, byolab::Random& random) {
  const float unit = static_cast<float>(recipe.size);
  Paint paint;
  lay(paint, static_cast<Texture>(pick(kTextureNames, random)), 0.16F * unit, 0.5F * unit, random);
  const float hue = random.uniform();
  const float saturation = random.uniform(0.0F, 0.3F);
  const float value = random.uniform(0.2F, 0.95F);
  paint.colour = from_hsv(hue, saturation, value);
  paint.second = from_hsv(hue + random.uniform(-0.15F, 0.15F), saturation, value * random.uniform(0.85F, 0.95F));
  if (paint.texture == Texture::gradient) {
    paint.period = unit;
    paint.u = 0.5F - 0.5F * (paint.cosine + paint.sine);  // half way in the middle of the picture
  }
  return paint;
}

Paint figure_paint(const Recipe& recipe, const Pose& pose, int colour, float ground, byolab::Random& random) {
  const float unit = static_cast<float>(recipe.size);
  Paint paint;
  lay(paint, static_cast<Texture>(pick(kTextureNames, random)), 0.12F * unit, 0.22F * unit, random);
  const float hue =
      (static_cast<float>(colour) + random.uniform(-0.3F, 0.3F)) / static_cast<float>(kColourNames.size());
  float contrast = -1.0F;
  for (int attempt = 0; attempt < 16 && contrast < kContrast; ++attempt) {  // dark or bright, what stands out best
    const Colour first = from_hsv(hue, random.uniform(0.3F, 1.0F), random.uniform(0.35F, 1.0F));
    const Colour second = darker(first, random.uniform(0.75F, 0.95F));
    const float now = std::abs(0.5F * (luma(first) + luma(second)) - ground);
    if (now <= contrast) continue;
    contrast = now;
    paint.colour = first;
    paint.second = second;
  }
  if (paint.texture == Texture::gradient) {
    paint.period = 2.5F * pose.radius;
    paint.u = 0.5F - (paint.cosine * pose.x + paint.sine * pose.y) / paint.period;
  }
  return paint;
}

Pose pose_at(Outline outline, float x, float y, float radius, byolab::Random& random) {
  const float angle = random.uniform(-kTilt, kTilt);
  return {outline, x, y, radius, std::cos(angle), std::sin(angle), random.uniform(0.9F, 1.1F)};
}

}  // namespace

Scene compose(const Recipe& recipe, Outline front, byolab::Random& random) {
  const float unit = static_cast<float>(recipe.size);
  Scene scene{Field(random), ground_paint(recipe, random), 0, 0, {}, 0};
  scene.light_x = random.uniform(-0.2F, 0.2F);
  scene.light_y = random.uniform(-0.2F, 0.2F);
  const float ground = 0.5F * (luma(scene.ground.colour) + luma(scene.ground.second));

  const auto behind = random.below(static_cast<std::uint32_t>(recipe.clutter) + 1);
  scene.figures.reserve(behind + 1);
  for (std::uint32_t i = 0; i < behind; ++i) {
    const auto outline = static_cast<Outline>(random.below(static_cast<std::uint32_t>(recipe.outlines)));
    const float x = random.uniform(0.0F, unit), y = random.uniform(0.0F, unit);
    const Pose pose = pose_at(outline, x, y, random.uniform(0.09F, 0.15F) * unit, random);
    scene.figures.push_back({pose, figure_paint(recipe, pose, pick(kColourNames, random), ground, random)});
  }

  const float radius = random.uniform(0.3F, 0.38F) * unit;
  const float x = random.uniform(radius, unit - radius), y = random.uniform(radius, unit - radius);
  const Pose pose = pose_at(front, x, y, radius, random);
  scene.colour = pick(kColourNames, random);
  scene.figures.push_back({pose, figure_paint(recipe, pose, scene.colour, ground, random)});
  return scene;
}

}  // namespace shapes
