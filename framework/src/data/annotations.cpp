#include "data/annotations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace byolab {
namespace {

std::string box_text(const Annotation& one) {
  return fmt::format("left {:g}, top {:g}, right {:g}, bottom {:g}", one.left, one.top, one.right, one.bottom);
}

/// Not so if a side is NaN, too.
bool lies_within(const Annotation& one, Size image) {
  return one.left >= 0 && one.top >= 0 && one.right <= static_cast<float>(image.width) &&
         one.bottom <= static_cast<float>(image.height);
}

void check_box(const Annotation& one, std::int64_t index, Size image) {
  if (!(one.left < one.right && one.top < one.bottom))
    throw Error(fmt::format("a box in image {} is inverted or empty: {}", index, box_text(one)),
                "left is less than right, top less than bottom; right and bottom are exclusive");
  if (!lies_within(one, image))
    throw Error(fmt::format("a box in image {} lies outside of the picture of {} x {} pixels (height x width): {}",
                            index, image.height, image.width, box_text(one)),
                "cut boxes at the border, and leave out objects of which nothing is visible");
}

void check_rest(const Annotation& one, std::int64_t index, Size image, std::int64_t classes) {
  const auto pixels = static_cast<std::size_t>(image.height) * static_cast<std::size_t>(image.width);
  if (!one.mask.empty() && one.mask.size() != pixels)
    throw Error(fmt::format("a mask in image {} has {} bytes; the picture has {} x {} pixels (height x width)", index,
                            one.mask.size(), image.height, image.width),
                "a mask has a byte for each pixel of the image as read() gives it, or none at all");
  if (one.label < -1 || one.label >= classes)
    throw Error(fmt::format("an object in image {} has the label {}; there are {} classes, from 0 on (-1: unknown)",
                            index, one.label, classes));
}

struct Interval {
  double low, high;
};

/// Along one axis: from the part [start, start + length) of the old one to all `output` pixels of the new one.
Interval mapped(Interval on, float start, float length, int output, bool mirror) {
  const double scale = output / static_cast<double>(length);
  const Interval along{(on.low - start) * scale, (on.high - start) * scale};
  return mirror ? Interval{output - along.high, output - along.low} : along;
}

float within(double place, int side) { return static_cast<float>(std::clamp(place, 0.0, static_cast<double>(side))); }

/// False where nothing of the box is in sight any more.
bool move_box(Annotation& one, const std::vector<Resampling>& resamplings) {
  for (const Resampling& next : resamplings) {
    const Interval x = mapped({one.left, one.right}, next.left, next.width, next.output.width, next.mirror);
    const Interval y = mapped({one.top, one.bottom}, next.top, next.height, next.output.height, false);
    one.left = within(x.low, next.output.width);
    one.right = within(x.high, next.output.width);
    one.top = within(y.low, next.output.height);
    one.bottom = within(y.high, next.output.height);
    if (!(one.left < one.right && one.top < one.bottom)) return false;
  }
  return true;
}

}  // namespace

void check_annotations(const std::vector<Annotation>& annotations, std::int64_t index, Size image,
                       std::int64_t classes) {
  for (const Annotation& one : annotations) {
    check_box(one, index, image);
    check_rest(one, index, image, classes);
  }
}

std::vector<Annotation> moved(std::vector<Annotation> annotations, Size image, const Pipeline& pipeline,
                              const ViewKey& key) {
  const std::vector<Resampling> resamplings = pipeline.resamplings(image, key);
  std::erase_if(annotations, [&](Annotation& one) { return !move_box(one, resamplings); });
  for (Annotation& one : annotations)
    if (!one.mask.empty()) one.mask = pipeline.resample(one.mask, image, key);
  return annotations;
}

}  // namespace byolab
