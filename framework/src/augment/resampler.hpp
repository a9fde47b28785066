#pragma once

#include <vector>

#include "augment/axis.hpp"
#include "augment/workspace.hpp"

namespace byolab::augment {

/// Makes rows of an image from a source, in any pieces. Columns are combined first, for one output row at a
/// time, since neighbouring pixels of a row lie side by side in the source as they are.
class Resampler {
 public:
  /// From 8-bit RGB; values come out in [0, 1], clipped (bicubic overshoots).
  void start(const ImageMap& map, const std::uint8_t* pixels, Size size);
  /// From a float image, which has to stay; nothing is clipped.
  void start(const ImageMap& map, const Image& image);

  /// Fills the tile with rows y … y + tile.rows − 1 of the result.
  void make(int y, Tile& tile);

 private:
  void start(const ImageMap& map, float gain);
  void combine_column_taps(int y);

  const std::uint8_t* pixels_ = nullptr;  ///< at the box's left edge in row 0
  std::ptrdiff_t pitch_ = 0;
  const Image* image_ = nullptr;
  ImageMap map_;
  bool clip_ = false;
  kernels::Taps across_, down_;
  kernels::Planes row_;  ///< one combined row of the box
  float* interleaved_ = nullptr;
  Buffer<float> across_weight_, down_weight_, rows_;
  Buffer<std::int32_t> across_first_, down_first_;
  std::vector<const std::uint8_t*> byte_rows_;
  std::vector<const float*> float_rows_;
  std::vector<float> weights_;
};

}  // namespace byolab::augment
