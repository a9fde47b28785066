#pragma once

#include <cstdint>
#include <vector>

#include "shapes_outline.hpp"
#include "shapes_paint.hpp"

namespace shapes {

/// Counts up whenever the same seed would give other pictures.
inline constexpr int kVersion = 1;

struct Figure {
  Pose pose;
  Paint paint;
};

/// All that a picture shows. `figures` stand behind one another; the last one is in front, is the largest, and
/// gives the picture its labels.
struct Scene {
  Field field;
  Paint ground;
  float light_x = 0, light_y = 0;  ///< how much brighter the right and the lower edge are than the middle
  std::vector<Figure> figures;
  int colour = 0;  ///< of the front figure, in kColourNames
  const Figure& front() const { return figures.back(); }
};

/// What to draw from.
struct Recipe {
  int size = 32;      ///< edge of the square picture, in pixels
  int outlines = 10;  ///< the first so many of kOutlineNames occur
  int clutter = 3;    ///< at most so many figures stand behind the front one
};

/// A scene with the given outline in front; everything else is drawn at random, and independent of it.
Scene compose(const Recipe& recipe, Outline front, byolab::Random& random);

/// Draws a scene: `rgb` has size · size · 3 bytes, rows after rows.
void draw(const Scene& scene, int size, std::uint8_t* rgb);

/// Shares of the pixels that the front figure covers, × 255: size · size bytes.
void draw_mask(const Scene& scene, int size, std::uint8_t* mask);

}  // namespace shapes
