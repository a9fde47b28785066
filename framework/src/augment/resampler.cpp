#include "augment/resampler.hpp"

#include <algorithm>

namespace byolab::augment {

namespace {

void prepare(const AxisMap& axis, float gain, kernels::Taps& taps, Buffer<float>& weight, Buffer<std::int32_t>& first) {
  const auto outputs = static_cast<std::size_t>(padded(axis.count));
  taps.weight = weight.get(outputs * static_cast<std::size_t>(kernels::taps_capacity(axis)));
  taps.first = first.get(outputs);
  kernels::make_taps(axis, gain, taps);
}

}  // namespace

void Resampler::start(const ImageMap& map, const std::uint8_t* pixels, Size size) {
  start(map, 1.0F / 255);
  pitch_ = std::ptrdiff_t{3} * size.width;
  pixels_ = pixels + std::ptrdiff_t{3} * map.x.first_pixel();
  image_ = nullptr;
  clip_ = map.cubic();
}

void Resampler::start(const ImageMap& map, const Image& image) {
  start(map, 1.0F);
  pixels_ = nullptr;
  image_ = &image;
  clip_ = false;
}

void Resampler::start(const ImageMap& map, float gain) {
  map_ = map;
  prepare(map.x, 1.0F, across_, across_weight_, across_first_);
  prepare(map.y, gain, down_, down_weight_, down_first_);
  const auto taps = static_cast<std::size_t>(down_.taps);
  byte_rows_.resize(taps);
  float_rows_.resize(taps);
  weights_.resize(taps);
  // Each row is read up to 64 floats beyond its end, see resample_row.
  const auto width = static_cast<std::size_t>(padded(map.x.pixels()) + 4 * kernels::kLanes);
  float* const rows = rows_.get(6 * width);
  row_ = {rows, rows + width, rows + 2 * width};
  interleaved_ = rows + 3 * width;
  // What an earlier image left there may not be finite, and 0 times that is not 0.
  const auto pixels = static_cast<std::size_t>(map.x.pixels());
  for (float* const row : {row_.r, row_.g, row_.b}) std::fill(row + pixels, row + width, 0.0F);
  std::fill(interleaved_ + 3 * pixels, interleaved_ + 3 * width, 0.0F);
}

void Resampler::combine_column_taps(int y) {
  const float* const weight = down_.weights_of(y);
  const int first = down_.first[y], last = map_.y.pixels() - 1, top = map_.y.first_pixel();
  const auto taps = static_cast<std::size_t>(down_.taps);
  const int width = map_.x.pixels(), left = map_.x.first_pixel();
  for (std::size_t k = 0; k < taps; ++k) weights_[k] = weight[k * kernels::kLanes];
  // Weights beyond the box are 0; their rows only have to exist.
  const auto source_row = [&](std::size_t k) { return top + std::min(first + static_cast<int>(k), last); };
  if (pixels_) {
    for (std::size_t k = 0; k < taps; ++k) byte_rows_[k] = pixels_ + source_row(k) * pitch_;
    kernels::combine_rows(byte_rows_.data(), weights_.data(), down_.taps, interleaved_, 3 * width);
    return;
  }
  float* const out[3] = {row_.r, row_.g, row_.b};
  for (int c = 0; c < Image::kChannels; ++c) {
    for (std::size_t k = 0; k < taps; ++k) float_rows_[k] = image_->row(c, source_row(k)) + left;
    kernels::combine_rows(float_rows_.data(), weights_.data(), down_.taps, out[c], width);
  }
}

void Resampler::make(int y, Tile& tile) {
  for (int i = 0; i < tile.rows; ++i) {
    combine_column_taps(y + i);
    const std::ptrdiff_t at = std::ptrdiff_t{i} * tile.stride;
    const kernels::Planes out{tile.plane[0] + at, tile.plane[1] + at, tile.plane[2] + at};
    if (pixels_)
      kernels::resample_pixels(interleaved_, map_.x.pixels(), row_, across_, out, clip_);
    else
      kernels::resample_row(row_, across_, out, clip_);
  }
}

}  // namespace byolab::augment
