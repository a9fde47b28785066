#include "augment/pipeline.hpp"

#include <algorithm>
#include <cmath>

#include "augment/executor.hpp"
#include "augment/middle.hpp"

namespace byolab {

namespace {

/// What a thread keeps from image to image.
struct Workspace {
  std::vector<augment::Stage> plan;
  augment::Executor executor;
};

Workspace& workspace() {
  thread_local Workspace mine;
  return mine;
}

bool is_no_resampling(const augment::Stage& stage) { return stage.form != Form::resampling; }

std::string text(Size size) { return std::to_string(size.height) + " × " + std::to_string(size.width); }

}  // namespace

Pipeline::Pipeline(std::vector<NamedAugmentation> augmentations, Size output) : output_(output) {
  if (output.height < 1 || output.width < 1)
    throw Error("a view of " + text(output) + " pixels was asked for", "both sides have to be 1 or more");
  for (NamedAugmentation& one : augmentations) {
    const Callee callee{Kind::augmentation, one.name, one.library};
    const std::uint64_t stream = stream_of("augment/" + one.name);
    ops_.push_back({std::move(one), callee, stream});
  }
}

Pipeline Pipeline::evaluation(std::vector<NamedAugmentation> augmentations, Size output, double crop) {
  std::vector<NamedAugmentation> kept{{"middle_crop", std::make_shared<augment::MiddleCrop>(output, crop), "byolab"}};
  for (NamedAugmentation& one : augmentations)
    if (one.op->in_evaluation()) kept.push_back(std::move(one));
  return Pipeline(std::move(kept), output);
}

void Pipeline::run(const Picture& picture, const ViewKey& key, const Destination& destination) const {
  const Size size{picture.height, picture.width};
  if (size.height < 1 || size.width < 1 ||
      picture.pixels.size() !=
          std::size_t{3} * static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width))
    throw Error(
        "a data set gave an image of " + text(size) + " with " + std::to_string(picture.pixels.size()) + " numbers",
        "Dataset::read has to fill in height, width and height · width · 3 bytes");
  run(picture.pixels.data(), size, key, destination);
}

void Pipeline::run(const std::uint8_t* pixels, Size size, const ViewKey& key, const Destination& destination) const {
  auto& [plan, executor] = workspace();
  const Size result = augment::make_plan(ops_, size, key, plan);
  if (result.height != output_.height || result.width != output_.width)
    throw Error("a view of " + text(output_) + " pixels is wanted, and the augmentations make one of " + text(result) +
                    " from an image of " + text(size),
                "put random_resized_crop, resize or center_crop with that size among the view's augmentations");
  augment::check_colours(plan);
  executor.run(pixels, size, plan, destination);
}

std::vector<Resampling> Pipeline::resamplings(Size size, const ViewKey& key) const {
  std::vector<augment::Stage>& plan = workspace().plan;
  augment::make_plan(ops_, size, key, plan);
  std::vector<Resampling> all;
  for (const augment::Stage& stage : plan)
    if (!is_no_resampling(stage)) all.push_back(stage.resampling);
  return all;
}

std::vector<std::uint8_t> Pipeline::resample(const std::vector<std::uint8_t>& mask, Size size,
                                             const ViewKey& key) const {
  auto& [plan, executor] = workspace();
  const Size result = augment::make_plan(ops_, size, key, plan);
  std::erase_if(plan, is_no_resampling);
  if (plan.empty()) return mask;
  std::vector<std::uint8_t> pixels;  // the executor knows images of three channels
  pixels.reserve(3 * mask.size());
  for (const std::uint8_t share : mask) pixels.insert(pixels.end(), 3, share);
  const std::size_t count = static_cast<std::size_t>(result.height) * static_cast<std::size_t>(result.width);
  std::vector<float> shares(3 * count);
  executor.run(pixels.data(), size, plan, {shares.data(), Destination::Number::float32, Destination::Order::nchw});
  std::vector<std::uint8_t> moved(count);
  for (std::size_t i = 0; i < count; ++i)  // bicubic overshoots
    moved[i] = static_cast<std::uint8_t>(std::lround(255 * std::clamp(shares[i], 0.0F, 1.0F)));
  return moved;
}

}  // namespace byolab
