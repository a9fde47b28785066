#pragma once

#include "byolab/augmentation.hpp"

namespace byolab {

/// Where a finished view goes: one image of a batch, dense.
struct Destination {
  enum class Number { float32, bfloat16 };
  enum class Order { nchw, nhwc };

  void* data = nullptr;  ///< this image's first number
  Number number = Number::float32;
  Order order = Order::nchw;
};

namespace augment {

/// Writes rows y … y + tile.rows − 1 of an image of `height` rows to their place.
void store(const Tile& tile, int y, int height, const Destination& destination);

}  // namespace augment
}  // namespace byolab
