#include "augment/store.hpp"

#include <algorithm>

#include "kernels/resample_kernels.hpp"

namespace byolab::augment {

namespace {

void store_run(const float* in, float* out, std::size_t n) { std::copy_n(in, n, out); }
void store_run(const float* in, std::uint16_t* out, std::size_t n) { kernels::store_planar(in, out, n); }

/// `run` pixels at a time: a row, or the whole tile where rows lie close.
template <class T>
void store_as(const Tile& tile, int y, int height, Destination::Order order, T* out) {
  const bool dense = tile.stride == tile.width;
  const auto width = static_cast<std::size_t>(tile.width), rows = static_cast<std::size_t>(tile.rows);
  const std::size_t run = dense ? rows * width : width, before = static_cast<std::size_t>(y) * width;
  for (std::size_t i = 0; i < (dense ? 1 : rows); ++i) {
    const std::size_t from = i * static_cast<std::size_t>(tile.stride), to = before + i * width;
    if (order == Destination::Order::nhwc) {
      kernels::store_pixels({tile.plane[0] + from, tile.plane[1] + from, tile.plane[2] + from}, out + 3 * to, run);
      continue;
    }
    const std::size_t plane = static_cast<std::size_t>(height) * width;
    for (std::size_t c = 0; c < 3; ++c) store_run(tile.plane[c] + from, out + c * plane + to, run);
  }
}

}  // namespace

void store(const Tile& tile, int y, int height, const Destination& destination) {
  if (destination.number == Destination::Number::float32)
    store_as(tile, y, height, destination.order, static_cast<float*>(destination.data));
  else
    store_as(tile, y, height, destination.order, static_cast<std::uint16_t*>(destination.data));
}

}  // namespace byolab::augment
