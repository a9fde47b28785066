#pragma once

// Separable resampling, and the ways between 8-bit pixels, planar float32 and what a network reads.
// As kernels.hpp: plain pointers, one version for each instruction set.

#include <cstdint>

#include "kernels/kernels.hpp"

namespace byolab::kernels {

/// One axis of a resampling. Output i is pixel g = start + (reversed ? count − 1 − i : i) of a grid that
/// divides [low, low + length) of the input into `grid` equal parts.
struct AxisMap {
  float low = 0, length = 0;  ///< in input pixels
  int grid = 0;
  int start = 0, count = 0;  ///< the part of the grid that is wanted
  bool reversed = false;
  bool cubic = false;
  bool antialias = true;

  float scale() const { return length / static_cast<float>(grid); }
  /// How far the filter reaches from its centre, in input pixels.
  float support() const { return (cubic ? 2.0F : 1.0F) * widening(); }
  /// What the filter is stretched by, to have no aliases.
  float widening() const { return antialias && scale() > 1 ? scale() : 1; }

  /// True if each output is one input pixel, unchanged.
  bool plain() const { return length == static_cast<float>(grid) && low == static_cast<float>(static_cast<int>(low)); }
  int first_pixel() const { return static_cast<int>(low); }
  int pixels() const {  ///< that [low, low + length) touches
    const auto end = static_cast<int>(low + length);
    return end + (static_cast<float>(end) < low + length ? 1 : 0) - first_pixel();
  }
};

/// For output i: pixels first[i], first[i] + 1, … with the weights weight[(i / 16 · capacity + k) · 16 + i % 16],
/// k < taps. Positions count from AxisMap::first_pixel(). `count` is rounded up to 16; the rest repeats the last.
struct Taps {
  int count = 0, taps = 0, capacity = 0;
  float* weight = nullptr;
  std::int32_t* first = nullptr;

  const float* weights_of(int output) const { return weight + (output / kLanes) * capacity * kLanes + output % kLanes; }
};

/// The most taps that an axis can have: what `weight` and `first` must have room for.
int taps_capacity(const AxisMap& axis);
/// Fills in weights that add up to `gain`, as PIL and torchvision have them with antialiasing, and TensorFlow without.
void make_taps(const AxisMap& axis, float gain, Taps& taps);

/// out[x] = Σ_k weight[k] · rows[k][x], x < n: any n ≥ 1, any alignment of `rows`; reads nothing beyond n.
/// `out` has room for n rounded up to 16.
void combine_rows(const std::uint8_t* const* rows, const float* weight, int taps, float* out, int n);
void combine_rows(const float* const* rows, const float* weight, int taps, float* out, int n);
/// A row of three planes along its axis. The input has 64 readable, finite floats beyond its end.
void resample_row(const Planes& in, const Taps& taps, const Planes& out, bool clip);
/// A row of `count` pixels of three floats along its axis. The input has 3 · 64 readable, finite floats beyond its end,
/// as has each plane of `scratch` 64 beyond `count`.
void resample_pixels(const float* pixels, int count, const Planes& scratch, const Taps& taps, const Planes& out,
                     bool clip);

// Stores n pixels, any n ≥ 1, any alignment of `out`; writes nothing beyond n.
void store_planar(const float* in, std::uint16_t* out, std::size_t n);  ///< bfloat16, rounded to nearest even
void store_pixels(const Planes& in, float* out, std::size_t n);         ///< channels side by side
void store_pixels(const Planes& in, std::uint16_t* out, std::size_t n);

}  // namespace byolab::kernels
