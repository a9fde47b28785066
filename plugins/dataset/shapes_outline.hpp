#pragma once

#include <array>

namespace shapes {

/// The main label set of `shapes`, in the order of the class numbers.
enum class Outline { disc, square, triangle, star, ring, cross, crescent, heart, arrow, hourglass };
inline constexpr std::array<const char*, 10> kOutlineNames{"disc",  "square",   "triangle", "star",  "ring",
                                                           "cross", "crescent", "heart",    "arrow", "hourglass"};

/// Where an outline lies. All lengths in pixels; pixel centres are at whole numbers plus one half.
struct Pose {
  Outline outline = Outline::disc;
  float x = 0, y = 0;          ///< of the centre
  float radius = 1;            ///< of the disc of the same area: every outline covers about as many pixels
  float cosine = 1, sine = 0;  ///< of the angle by which it is turned
  float stretch = 1;           ///< along its own x axis; y is divided by it
};

/// How far from its centre an outline can reach, in pixels.
float reach(const Pose& pose);

/// Shares of the pixels (x, row), x = begin … end − 1, that the outline covers: 0 … 1, antialiased.
void cover_row(const Pose& pose, int row, int begin, int end, float* coverage);

}  // namespace shapes
