#include "augment/executor.hpp"

#include <torch/types.h>

#include <algorithm>

namespace byolab::augment {

namespace {

constexpr std::size_t kTileBytes = 24 * 1024;  // leaves room in a first level of cache of 32 KiB

int rows_of_tile(Size size) {
  const std::size_t row = static_cast<std::size_t>(Image::kChannels * padded(size.width)) * sizeof(float);
  return std::clamp(static_cast<int>(kTileBytes / row), 1, size.height);
}

void apply(const Stage& stage, Tile& tile, float mean) {
  guarded(stage.op->callee, "apply()", -1,
          [&] { stage.op->augmentation.op->apply(tile, stage.draw, stage.stage, mean); });
}

}  // namespace

void Executor::run(const std::uint8_t* pixels, Size size, const std::vector<Stage>& plan,
                   const Destination& destination) {
  pending_.clear();
  pixels_ = pixels;
  source_size_ = size;
  map_ = ImageMap::identity(size);
  resampling_ = true;
  for (const Stage& stage : plan) {
    switch (stage.form) {
      case Form::resampling:
        resample(stage);
        break;
      case Form::pointwise:
        pending_.push_back({&stage, 0});
        break;
      case Form::reduction: {
        const double sum = pass({.reduce = &stage});
        const Size now = images_[current_].size();
        pending_.push_back({&stage, static_cast<float>(sum / (static_cast<double>(now.height) * now.width))});
        break;
      }
      case Form::neighbourhood:
        neighbourhood(stage);
        break;
      case Form::tensor:
        tensor(stage);
        break;
    }
  }
  pass({.destination = &destination});
}

void Executor::resample(const Stage& stage) {
  guarded(stage.op->callee, "resample()", -1, [&] {
    const bool fresh = resampling_ && pending_.empty();
    if (fresh && map_.append(stage.resampling)) return;
    pass({});
    map_ = ImageMap::identity(images_[current_].size());
    resampling_ = true;
    map_.append(stage.resampling);
  });
}

void Executor::neighbourhood(const Stage& stage) {
  pass({});
  const Image& image = images_[current_];
  Tile whole = image.tile(0, image.size().height);
  whole.scratch = scratch_.get(Image::kChannels * image.plane());
  apply(stage, whole, 0);
}

void Executor::tensor(const Stage& stage) {
  pass({});
  const Image& image = images_[current_];
  const Size size = image.size();
  const auto view = torch::from_blob(image.row(0, 0), {Image::kChannels, size.height, size.width},
                                     {static_cast<std::int64_t>(image.plane()), image.stride(), 1}, at::kFloat);
  guarded(stage.op->callee, "apply()", -1, [&] {
    Random random = stage.random;
    const at::Tensor result = stage.op->augmentation.op->apply(view.contiguous().clone(), stage.draw, random);
    if (!result.defined() || result.sizes() != view.sizes())
      throw Error("it was given an image of 3 × " + std::to_string(size.height) + " × " + std::to_string(size.width) +
                      " and returned one of another shape",
                  "return a tensor of the same sizes");
    if (result.scalar_type() != at::kFloat)
      throw Error(std::string("it was given an image of type Float and returned one of type ") +
                      at::toString(result.scalar_type()),
                  "return float32");
    view.copy_(result);
  });
}

/// Rows of the image as they are, or made anew: in place if they are needed again, else in memory that stays in
/// the first level of cache.
Tile Executor::next_tile(int y, int rows, bool keep) {
  const Image& image = images_[current_];
  if (!resampling_) return image.tile(y, rows);
  Tile tile = keep ? image.tile(y, rows)
                   : Tile{{}, Image::kChannels, rows, map_.size().width, padded(map_.size().width), nullptr};
  if (!keep) {
    const std::size_t plane =
        static_cast<std::size_t>(rows_of_tile(map_.size())) * static_cast<std::size_t>(tile.stride);
    float* const memory = tile_.get(Image::kChannels * plane);
    tile.plane = {memory, memory + plane, memory + 2 * plane, nullptr};
  }
  resampler_.make(y, tile);
  return tile;
}

double Executor::pass(const End& end) {
  if (!end.reduce && !end.destination && !resampling_ && pending_.empty()) return 0;
  const Size size = resampling_ ? map_.size() : images_[current_].size();
  const bool keep = !end.destination;
  if (resampling_) {
    if (pixels_)
      resampler_.start(map_, pixels_, source_size_);
    else
      resampler_.start(map_, images_[current_]);
    if (!pixels_) current_ = 1 - current_;
    if (keep) images_[current_].resize(size);
  }
  double sum = 0;
  const int step = rows_of_tile(size);
  for (int y = 0; y < size.height; y += step) {
    Tile tile = next_tile(y, std::min(step, size.height - y), keep);
    for (const auto& [stage, mean] : pending_) apply(*stage, tile, mean);
    if (end.reduce)
      sum += guarded(end.reduce->op->callee, "reduce()", -1, [&] {
        return end.reduce->op->augmentation.op->reduce(tile, end.reduce->draw, end.reduce->stage);
      });
    if (end.destination) store(tile, y, size.height, *end.destination);
  }
  pending_.clear();
  resampling_ = false;
  pixels_ = nullptr;
  return sum;
}

}  // namespace byolab::augment
