#pragma once

#include <array>

#include <byolab/random.hpp>

namespace shapes {

/// The label set "texture" of `shapes`.
enum class Texture { plain, stripes, checks, dots, gradient, blotches };
inline constexpr std::array<const char*, 6> kTextureNames{"plain", "stripes", "checks", "dots", "gradient", "blotches"};

/// The label set "colour": hues, in steps of 45 degrees from red on.
inline constexpr std::array<const char*, 8> kColourNames{"red",  "amber", "lime",   "green",
                                                         "cyan", "blue",  "violet", "pink"};

using Colour = std::array<float, 3>;  ///< red, green, blue in [0, 1]

/// hue in turns, any real number; saturation and value in [0, 1].
Colour from_hsv(float hue, float saturation, float value);
/// Rec. 601 luma, which is what is left of a colour in a grey image.
float luma(const Colour& colour);

/// A smooth random field: a lattice of random numbers, repeated, bilinear with eased ends in between.
struct Field {
  static constexpr int kSide = 8;
  std::array<float, kSide * kSide> value{};  ///< in [0, 1)
  explicit Field(byolab::Random& random) {
    for (float& v : value) v = random.uniform();
  }
  float at(float u, float v) const;  ///< in [0, 1)
};

/// Two colours and the pattern that mixes them. Lengths in pixels.
struct Paint {
  Texture texture = Texture::plain;
  Colour colour{}, second{};
  float cosine = 1, sine = 0;  ///< of the pattern's angle
  float period = 8;            ///< of the pattern; of a gradient the whole way from one colour to the other
  float u = 0, v = 0;          ///< where the pattern lies, in periods
};

/// The share of the second colour in pixels (x, row), x = begin … end − 1: 0 … 1.
void mix_row(const Paint& paint, const Field& field, int row, int begin, int end, float* share);

}  // namespace shapes
