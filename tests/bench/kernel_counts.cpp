// Runs each vectorised kernel once on a fixed input, in a function of its own (measured_…), whose instructions
// tests/framework/ops/kernel_counts_test.py counts under callgrind. Without LibTorch, which would take long to start
// there. Prints what the counts depend on: compiler and instruction set.

#include <hwy/highway.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "best.hpp"
#include "kernels/kernels.hpp"
#include "kernels/norm_kernels.hpp"
#include "kernels/resample_kernels.hpp"
#include "kernels/winograd_kernels.hpp"
#include "logistic_kernels.hpp"

namespace {

using namespace byolab::kernels;

constexpr int kSide = 224;
constexpr std::size_t kPixels = static_cast<std::size_t>(kSide) * kSide;

/// Room whose alignment kernels ask for.
struct Floats {
  explicit Floats(std::size_t count) : count(count), data(new (std::align_val_t(64)) float[count + 64]) {
    for (std::size_t i = 0; i < count + 64; ++i) data[i] = static_cast<float>(i * 2654435761U % 1000) / 1000;
  }
  ~Floats() { ::operator delete[](data, std::align_val_t(64)); }
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;
  std::size_t count;
  float* data;
};

struct Image {
  Floats r{kPixels}, g{kPixels}, b{kPixels};
  Planes planes{r.data, g.data, b.data};
};

}  // namespace

#define MEASURED extern "C" __attribute__((noinline, used)) void

MEASURED measured_colour(const Planes& image) {
  affine_clipped(image.r, kPixels, 1.2F, 0.1F);
  blend_with_gray(image, kPixels, 0.7F);
  solarize(image.g, kPixels, 0.5F);
}
MEASURED measured_hue(const Planes& image) { shift_hue(image, kPixels, 0.07F); }
MEASURED measured_saturation(const Planes& image) { scale_saturation(image, kPixels, 1.3F); }
MEASURED measured_sum(const Planes& image) {
  sum_of_gray(image, kSide, kSide, kSide);
  sum(image.r, kSide, kSide, kSide);
}

MEASURED measured_blur(const float* in, float* out, const float* half, int radius) {
  for (int row = 0; row < kSide - 2 * radius; ++row) {
    const float* rows[64];
    for (int i = 0; i <= 2 * radius; ++i) rows[i] = in + (row + i) * kSide;
    convolve_rows(rows, out + row * kSide, kSide, half, radius);
  }
  for (int row = 1; row < kSide - 1; ++row) convolve_row(in + row * kSide, out + row * kSide, kSide, half, radius);
}

MEASURED measured_resample(const AxisMap& axis, Taps& taps, const std::uint8_t* pixels, const Planes& row,
                           const Planes& out) {
  make_taps(axis, 1 / 255.0F, taps);
  for (int y = 0; y < kSide; ++y) {
    const std::uint8_t* rows[4] = {pixels, pixels + 1500, pixels + 3000, pixels + 4500};
    const float weights[4] = {0.1F, 0.4F, 0.4F, 0.1F};
    float* const mixed = out.r + kSide * kSide / 2;  // 500 pixels of three floats
    combine_rows(rows, weights, 4, mixed, 1500);
    resample_pixels(mixed, 500, row, taps, {out.r, out.g, out.b}, true);
  }
}

MEASURED measured_store(const Planes& image, std::uint16_t* halves, float* pixels) {
  store_pixels(image, halves, kPixels);
  store_pixels(image, pixels, kPixels);
  store_planar(image.r, halves, kPixels);
}

constexpr std::size_t kNormRows = 4096, kNormColumns = 64;

template <class Element>
void norm(std::vector<Element>& x, std::vector<Element>& out, const float* scale, double* sums) {
  const Rows<Element> rows{x.data(), kNormRows, kNormColumns};
  norm_sums(rows, scale, sums, sums + kNormColumns);
  norm_apply(rows, scale, scale, static_cast<const Element*>(nullptr), true, out.data());
  norm_apply(rows, scale, scale, x.data(), true, out.data());
  const NormGradient<Element> gradient{rows, out.data(), nullptr, scale, scale, scale, true};
  norm_gradient_sums(gradient, sums, sums + kNormColumns);
  norm_gradient_apply(gradient, scale, scale, scale, out.data(), static_cast<Element*>(nullptr));
}
MEASURED measured_batch_norm_f32(std::vector<float>& x, std::vector<float>& out, const float* scale, double* sums) {
  norm(x, out, scale, sums);
}
MEASURED measured_batch_norm_bf16(std::vector<std::uint16_t>& x, std::vector<std::uint16_t>& out, const float* scale,
                                  double* sums) {
  norm(x, out, scale, sums);
}

MEASURED measured_nearest(const float* similarities, std::int64_t count, float* similarity, std::int64_t* index) {
  Best best(200);
  for (std::int64_t begin = 0; begin < count; begin += 1024)
    best.look_through(similarities + begin, std::min<std::int64_t>(1024, count - begin), begin);
  best.write(similarity, index);
}

MEASURED measured_logistic(const LogisticBlock& block, const float* weights, const float* biases, float* errors,
                           float* gradient) {
  logistic_errors(block, weights, biases, errors);
  logistic_gradient(block, errors, gradient);
}

/// Two blocks of an image of 32 channels, both ways.
MEASURED measured_winograd(const float* x, const float* taps, float* points, float* others, float* sums, float* out) {
  const TileGrid grid{1, 32, 24, 32};
  const TapStrides strides{9, 32 * 9, 3, 1};
  for (std::ptrdiff_t o = 0; o < 32; o += kPanel)
    winograd_weights(taps + o * strides.out, strides, 32, 32, sums + o * 32);
  for (std::int64_t first = 0; first < grid.tiles(); first += kTiles) {
    winograd_input(x, grid, first, kTiles, points);
    winograd_products(points, sums, 32, 32, others);
    winograd_output(others, grid, first, kTiles, out);
    winograd_gradient(x, grid, first, kTiles, others);
    winograd_sums(points, others, 32, 32, sums);
  }
  for (std::ptrdiff_t o = 0; o < 32; o += kPanel)
    winograd_weight_gradient(sums + o, strides, 32, 32, out + o * strides.out);
}

int main() {
  Image image, other;
  measured_colour(image.planes);
  measured_hue(image.planes);
  measured_saturation(image.planes);
  measured_sum(image.planes);

  const Floats half(16);
  measured_blur(image.r.data, other.r.data, half.data, 11);

  std::vector<std::uint8_t> pixels(6000);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 7);
  const AxisMap axis{20.5F, 400, kSide, 0, kSide, false, true};
  Floats weight(static_cast<std::size_t>(taps_capacity(axis)) * kSide);
  alignas(64) std::int32_t first[kSide];
  Taps taps{0, 0, 0, weight.data, first};
  measured_resample(axis, taps, pixels.data(), image.planes, other.planes);

  std::vector<std::uint16_t> halves(3 * kPixels);
  std::vector<float> floats(3 * kPixels);
  measured_store(image.planes, halves.data(), floats.data());

  std::vector<double> sums(2 * kNormColumns);
  std::vector<float> x(kNormRows * kNormColumns, 0.5F), out(x.size());
  measured_batch_norm_f32(x, out, image.r.data, sums.data());
  std::vector<std::uint16_t> x16(x.size(), 0x3f00), out16(x.size());
  measured_batch_norm_bf16(x16, out16, image.r.data, sums.data());

  std::vector<float> similarities(50'000), similarity(200);
  for (std::size_t i = 0; i < similarities.size(); ++i)
    similarities[i] = static_cast<float>(i * 40503U % 65536) / 65536;
  std::vector<std::int64_t> index(200), labels(256, 3);
  measured_nearest(similarities.data(), 50'000, similarity.data(), index.data());

  const LogisticBlock block{image.r.data, labels.data(), 256, 128, 16};
  std::vector<float> errors(256 * 16), gradient(128 * 16);
  measured_logistic(block, image.g.data, image.b.data, errors.data(), gradient.data());

  std::vector<float> points(kPoints * point_stride(32)), others(points.size()),
      at_points(kPoints * weight_stride(32, 32)), convolved(32 * 24 * 32);
  measured_winograd(image.r.data, image.g.data, points.data(), others.data(), at_points.data(), convolved.data());

  std::printf("g++ %d.%d, Highway %d.%d.%d, %s\n", __GNUC__, __GNUC_MINOR__, HWY_MAJOR, HWY_MINOR, HWY_PATCH,
              hwy::TargetName(hwy::SupportedTargets() & -hwy::SupportedTargets()));
}
