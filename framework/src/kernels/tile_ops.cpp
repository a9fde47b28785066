#include "byolab/tile_ops.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/kernels.hpp"

namespace byolab::tile {

namespace {

std::size_t length(const Tile& tile) {
  return static_cast<std::size_t>(tile.rows) * static_cast<std::size_t>(tile.stride);
}

kernels::Planes colours(const Tile& tile) {
  if (tile.channels < 3)
    throw Error("a colour operation needs red, green and blue, and the image has " + std::to_string(tile.channels) +
                    (tile.channels == 1 ? " channel" : " channels"),
                "leave it out for images without colour");
  return {tile.plane[0], tile.plane[1], tile.plane[2]};
}

/// Pixel `i` of `n`, mirrored at the first and the last pixel as often as it takes.
int reflected(int i, int n) {
  if (i >= 0 && i < n) return i;
  if (n == 1) return 0;
  const int period = 2 * (n - 1);
  i = ((i % period) + period) % period;
  return i < n ? i : period - i;
}

/// The part of a kernel that matters: weights beyond add up to less than 1e-5, a four-hundredth of a level of 255.
/// A Gaussian of small deviation in a wide kernel is mostly such weights.
int trimmed(const float* half, int radius) {
  float left_out = 0;
  while (radius > 0 && (left_out += 2 * std::abs(half[radius])) < 1e-5F) --radius;
  return radius;
}

/// Room for one row with its borders, and where these come from; grows, and is used again.
struct BlurRoom {
  std::vector<float> row, zeros;
  std::vector<int> before, after;  ///< columns that stand for those left and right of the image
  std::vector<const float*> rows;
};

/// Fills in `before` and `after`, the latter up to where a convolution of whole vectors reads.
void find_borders(const Tile& tile, int radius, BlurRoom& room) {
  room.before.resize(static_cast<std::size_t>(radius));
  room.after.resize(static_cast<std::size_t>(tile.stride - tile.width + radius));
  for (int i = 0; i < radius; ++i) room.before[static_cast<std::size_t>(i)] = reflected(i - radius, tile.width);
  for (std::size_t i = 0; i < room.after.size(); ++i)
    room.after[i] = reflected(tile.width + static_cast<int>(i), tile.width);
}

void blur_rows(const Tile& tile, int channel, float* out, const float* half, int radius, Border border,
               BlurRoom& room) {
  room.row.assign(static_cast<std::size_t>(tile.stride + 2 * radius), 0.0F);
  for (int y = 0; y < tile.rows; ++y) {
    const float* const from = tile.plane[static_cast<std::size_t>(channel)] + std::ptrdiff_t{y} * tile.stride;
    float* to = room.row.data();
    if (border == Border::reflect)
      for (const int x : room.before) *to++ = from[x];
    else
      to += radius;
    to = std::copy_n(from, tile.width, to);
    if (border == Border::reflect)
      for (const int x : room.after) *to++ = from[x];
    kernels::convolve_row(room.row.data() + radius, out + std::ptrdiff_t{y} * tile.stride,
                          static_cast<std::size_t>(tile.stride), half, radius);
  }
}

void blur_columns(const float* from, const Tile& tile, float* out, const float* half, int radius, Border border,
                  BlurRoom& room) {
  room.zeros.assign(static_cast<std::size_t>(tile.stride) + kernels::kLanes, 0.0F);
  const auto address = reinterpret_cast<std::uintptr_t>(room.zeros.data());
  const float* const zeros = room.zeros.data() + (64 - address % 64) % 64 / sizeof(float);
  room.rows.resize(static_cast<std::size_t>(2 * radius + 1));
  for (int y = 0; y < tile.rows; ++y) {
    for (int k = -radius; k <= radius; ++k) {
      const bool outside = y + k < 0 || y + k >= tile.rows;
      room.rows[static_cast<std::size_t>(radius + k)] =
          outside && border == Border::zero ? zeros : from + std::ptrdiff_t{reflected(y + k, tile.rows)} * tile.stride;
    }
    kernels::convolve_rows(room.rows.data(), out + std::ptrdiff_t{y} * tile.stride,
                           static_cast<std::size_t>(tile.stride), half, radius);
  }
}

}  // namespace

void multiply(Tile& tile, float factor) {
  for (int c = 0; c < tile.channels; ++c)
    kernels::affine_clipped(tile.plane[static_cast<std::size_t>(c)], length(tile), factor, 0);
}

void add(Tile& tile, float amount) {
  for (int c = 0; c < tile.channels; ++c)
    kernels::affine_clipped(tile.plane[static_cast<std::size_t>(c)], length(tile), 1, amount);
}

double sum_of_gray(const Tile& tile) { return kernels::sum_of_gray(colours(tile), tile.rows, tile.width, tile.stride); }

double sum_of_plane(const Tile& tile, int channel) {
  return kernels::sum(tile.plane.at(static_cast<std::size_t>(channel)), tile.rows, tile.width, tile.stride);
}

void blend(Tile& tile, float factor, float mean) {
  for (int c = 0; c < tile.channels; ++c) blend_plane(tile, c, factor, mean);
}

void blend_plane(Tile& tile, int channel, float factor, float mean) {
  kernels::affine_clipped(tile.plane.at(static_cast<std::size_t>(channel)), length(tile), factor, (1 - factor) * mean);
}

void blend_with_gray(Tile& tile, float factor) { kernels::blend_with_gray(colours(tile), length(tile), factor); }
void scale_saturation(Tile& tile, float factor) { kernels::scale_saturation(colours(tile), length(tile), factor); }
void shift_hue(Tile& tile, float turns) { kernels::shift_hue(colours(tile), length(tile), turns); }
void to_gray(Tile& tile) { kernels::to_gray(colours(tile), length(tile)); }

void solarize(Tile& tile, float threshold) {
  for (int c = 0; c < tile.channels; ++c)
    kernels::solarize(tile.plane[static_cast<std::size_t>(c)], length(tile), threshold);
}

void normalize(Tile& tile, const std::array<float, 4>& mean, const std::array<float, 4>& deviation) {
  for (int c = 0; c < tile.channels; ++c) {
    const auto i = static_cast<std::size_t>(c);
    kernels::affine(tile.plane[i], length(tile), 1 / deviation[i], -mean[i] / deviation[i]);
  }
}

void blur(Tile& tile, const float* kernel, int radius, Border border) {
  if (!tile.scratch)
    throw Error("blur was called on part of an image", "the augmentation has to return Form::neighbourhood");
  thread_local BlurRoom room;
  const float* const half = kernel + radius;
  radius = trimmed(half, radius);
  find_borders(tile, radius, room);
  for (int c = 0; c < tile.channels; ++c) {
    blur_rows(tile, c, tile.scratch, half, radius, border, room);
    blur_columns(tile.scratch, tile, tile.plane[static_cast<std::size_t>(c)], half, radius, border, room);
  }
}

}  // namespace byolab::tile
