#include "shapes_paint.hpp"

#include <algorithm>
#include <cmath>

namespace shapes {
namespace {

float fraction(float x) { return x - std::floor(x); }

/// −1 … 1 over a period of 1, a triangle wave.
float wave(float x) { return 4.0F * std::abs(fraction(x) - 0.5F) - 1.0F; }

float eased(float t) { return t * t * (3.0F - 2.0F * t); }

/// A soft step of one pixel's width at zero: `distance` in pixels.
float edge(float distance) { return std::clamp(0.5F + distance, 0.0F, 1.0F); }

template <class Pattern>
void each(const Paint& paint, int row, int begin, int end, float* share, Pattern pattern) {
  const float scale = 1.0F / paint.period, y = (static_cast<float>(row) + 0.5F) * scale;
  for (int x = begin; x < end; ++x) {
    const float at = (static_cast<float>(x) + 0.5F) * scale;
    share[x - begin] =
        pattern(paint.cosine * at + paint.sine * y + paint.u, paint.cosine * y - paint.sine * at + paint.v);
  }
}

}  // namespace

Colour from_hsv(float hue, float saturation, float value) {
  const auto channel = [&](float offset) {
    const float k = 6.0F * fraction(hue + offset / 6.0F);
    return value - value * saturation * std::clamp(std::min(k, 4.0F - k), 0.0F, 1.0F);
  };
  return {channel(5.0F), channel(3.0F), channel(1.0F)};
}

float luma(const Colour& colour) { return 0.299F * colour[0] + 0.587F * colour[1] + 0.114F * colour[2]; }

float Field::at(float u, float v) const {
  const float column = std::floor(u), line = std::floor(v);
  const float s = eased(u - column), t = eased(v - line);
  const auto wrap = [](float x) { return static_cast<int>(x) & (kSide - 1); };
  const int x0 = wrap(column), x1 = wrap(column + 1.0F), y0 = wrap(line) * kSide, y1 = wrap(line + 1.0F) * kSide;
  const auto value_at = [&](int x, int y) { return value[static_cast<std::size_t>(x + y)]; };
  const float top = value_at(x0, y0) + s * (value_at(x1, y0) - value_at(x0, y0));
  const float bottom = value_at(x0, y1) + s * (value_at(x1, y1) - value_at(x0, y1));
  return top + t * (bottom - top);
}

void mix_row(const Paint& paint, const Field& field, int row, int begin, int end, float* share) {
  const float quarter = 0.25F * paint.period;  // pixels from a wave's top to its zero
  switch (paint.texture) {
    case Texture::plain:
      std::fill(share, share + (end - begin), 0.0F);
      return;
    case Texture::stripes:
      each(paint, row, begin, end, share, [&](float u, float) { return edge(quarter * wave(u)); });
      return;
    case Texture::checks:
      each(paint, row, begin, end, share, [&](float u, float v) {
        const float a = edge(quarter * wave(u)), b = edge(quarter * wave(v));
        return a + b - 2.0F * a * b;
      });
      return;
    case Texture::dots:
      each(paint, row, begin, end, share, [&](float u, float v) {
        const float a = fraction(u) - 0.5F, b = fraction(v) - 0.5F;
        return edge(paint.period * (0.3F - std::sqrt(a * a + b * b)));
      });
      return;
    case Texture::gradient:
      each(paint, row, begin, end, share, [&](float u, float) { return std::clamp(u, 0.0F, 1.0F); });
      return;
    case Texture::blotches:
      each(paint, row, begin, end, share,
           [&](float u, float v) { return std::clamp(3.0F * field.at(2.0F * u, 2.0F * v) - 1.0F, 0.0F, 1.0F); });
      return;
  }
}

}  // namespace shapes
