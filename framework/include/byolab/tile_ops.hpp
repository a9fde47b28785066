#pragma once

#include "byolab/augmentation.hpp"

namespace byolab {

// The host's vectorised kernels on tiles, for stock and foreign augmentations alike. Those on colours take the
// first three planes as red, green and blue in [0, 1] and leave the result there.

/// Weights of red, green and blue in gray (torchvision's, to four digits as there).
inline constexpr std::array<float, 3> kLuma{0.2989F, 0.587F, 0.114F};

namespace tile {

BYOLAB_API void multiply(Tile& tile, float factor);  ///< x·factor, clipped to [0, 1]: torchvision's brightness
BYOLAB_API void add(Tile& tile, float amount);       ///< x + amount, clipped: the reference's brightness
BYOLAB_API double sum_of_gray(const Tile& tile);     ///< for contrast: Σ of kLuma · (r, g, b)
BYOLAB_API double sum_of_plane(const Tile& tile, int channel);
/// factor·x + (1 − factor)·mean, clipped, on all planes or on one.
BYOLAB_API void blend(Tile& tile, float factor, float mean);
BYOLAB_API void blend_plane(Tile& tile, int channel, float factor, float mean);
BYOLAB_API void blend_with_gray(Tile& tile, float factor);  ///< torchvision's saturation, clipped
BYOLAB_API void scale_saturation(Tile& tile,
                                 float factor);         ///< HSV's S·factor, clipped to 1: the reference's saturation
BYOLAB_API void shift_hue(Tile& tile, float turns);     ///< HSV's H + turns (of the whole circle), modulo 1
BYOLAB_API void to_gray(Tile& tile);                    ///< all three planes become gray
BYOLAB_API void solarize(Tile& tile, float threshold);  ///< 1 − x where x ≥ threshold
/// (x − mean) / deviation, for each channel.
BYOLAB_API void normalize(Tile& tile, const std::array<float, 4>& mean, const std::array<float, 4>& deviation);

enum class Border {
  reflect,  ///< as in a mirror that stands on the last pixel (torchvision)
  zero,     ///< black beyond the border (the reference code's SAME)
};
/// Convolves rows and columns with `kernel` of 2·radius + 1 symmetric weights. Needs the whole image and its
/// scratch. Outer weights that add up to less than 1e-5 are left out.
BYOLAB_API void blur(Tile& tile, const float* kernel, int radius, Border border);

}  // namespace tile
}  // namespace byolab
