#include "shapes.hpp"

#include <algorithm>

namespace {

template <std::size_t n>
std::vector<std::string> first_of(const std::array<const char*, n>& names, std::int64_t count = n) {
  return {names.begin(), names.begin() + count};
}

/// The box of the pixels of which the object covers half at least.
void set_box(byolab::Annotation& annotation, int size) {
  int left = size, top = size, right = 0, bottom = 0;
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      if (annotation.mask[static_cast<std::size_t>(y * size + x)] < 128) continue;
      left = std::min(left, x);
      top = std::min(top, y);
      right = std::max(right, x + 1);
      bottom = std::max(bottom, y + 1);
    }
  annotation.left = static_cast<float>(left);
  annotation.top = static_cast<float>(top);
  annotation.right = static_cast<float>(right);
  annotation.bottom = static_cast<float>(bottom);
}

}  // namespace

void Shapes::describe(byolab::Fields& field, Options& options) {
  field("size", options.size, "edge of the square pictures", {.min = 16, .max = 512, .unit = "pixels"});
  field("train", options.train, "pictures in the training split", {.min = 1, .max = 100'000'000});
  field("test", options.test, "pictures in the test split", {.min = 1, .max = 100'000'000});
  field("outlines", options.outlines,
        "number of classes: the first so many of disc, square, triangle, star, ring, cross, crescent, heart, arrow, "
        "hourglass",
        {.min = 2, .max = 10});
  field("clutter", options.clutter, "at most so many smaller figures, of any outline, stand behind the one in front",
        {.min = 0, .max = 16});
  field("seed", options.seed,
        "what the pictures are drawn from; apart from [run] seed, so that all seeds see the same data", {.min = 0});
}

Shapes::Shapes(const Options& options, const byolab::Context& context)
    : options_(options),
      recipe_{static_cast<int>(options.size), static_cast<int>(options.outlines), static_cast<int>(options.clutter)},
      split_(context.split),
      stream_(byolab::stream_of("shapes/" + context.split)),
      count_(context.split == "test" ? options.test : options.train) {}

shapes::Outline Shapes::outline(std::int64_t index) const {
  return static_cast<shapes::Outline>(index % options_.outlines);
}

shapes::Scene Shapes::scene(std::int64_t index) const {
  byolab::Random random(static_cast<std::uint64_t>(options_.seed), stream_, static_cast<std::uint64_t>(index));
  return shapes::compose(recipe_, outline(index), random);
}

void Shapes::read(std::int64_t index, byolab::Picture& picture) const {
  picture.height = picture.width = recipe_.size;
  picture.pixels.resize(static_cast<std::size_t>(recipe_.size) * static_cast<std::size_t>(recipe_.size) * 3);
  shapes::draw(scene(index), recipe_.size, picture.pixels.data());
}

std::int64_t Shapes::label(std::int64_t index, std::string_view set) const {
  if (set == "colour") return scene(index).colour;
  if (set == "texture") return static_cast<std::int64_t>(scene(index).front().paint.texture);
  return static_cast<std::int64_t>(outline(index));
}

std::vector<std::string> Shapes::classes(std::string_view set) const {
  if (set == "colour") return first_of(shapes::kColourNames);
  if (set == "texture") return first_of(shapes::kTextureNames);
  return first_of(shapes::kOutlineNames, options_.outlines);
}

std::string Shapes::fingerprint() const {
  return "shapes " + std::to_string(shapes::kVersion) + ": " + std::to_string(count_) + " of split " + split_ +
         ", size " + std::to_string(options_.size) + ", outlines " + std::to_string(options_.outlines) + ", clutter " +
         std::to_string(options_.clutter) + ", seed " + std::to_string(options_.seed);
}

std::string Shapes::source(std::int64_t index) const {
  return "shapes/" + split_ + "/" + std::to_string(index) + " (" +
         shapes::kOutlineNames[static_cast<std::size_t>(outline(index))] + ")";
}

std::vector<byolab::Annotation> Shapes::annotations(std::int64_t index) const {
  byolab::Annotation annotation;
  annotation.label = static_cast<std::int64_t>(outline(index));
  annotation.mask.resize(static_cast<std::size_t>(recipe_.size) * static_cast<std::size_t>(recipe_.size));
  shapes::draw_mask(scene(index), recipe_.size, annotation.mask.data());
  set_box(annotation, recipe_.size);
  if (annotation.right <= annotation.left) return {};  // no pixel of which it covers half
  return {std::move(annotation)};
}
