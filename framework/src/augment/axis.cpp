#include "augment/axis.hpp"

#include <cmath>

namespace byolab::augment {

namespace {

AxisMap identity(int size) { return {0, static_cast<float>(size), size, 0, size, false, false, true}; }

/// What a resampling asks of one axis.
struct Request {
  float low, length;
  int output;
  bool cubic, mirror, antialias;

  bool copies() const { return length == static_cast<float>(output) && low == std::floor(low); }
};

void check(const Request& request, int size, const char* axis) {
  // A hundredth of a pixel is forgiven: boxes are computed in float.
  const bool good = request.output > 0 && request.length > 0 && request.low >= -0.01F &&
                    request.low + request.length <= static_cast<float>(size) + 0.01F;
  if (good) return;
  throw Error("asked for the box from " + std::to_string(request.low) + " to " +
                  std::to_string(request.low + request.length) + " along " + axis + ", resampled to " +
                  std::to_string(request.output) + " pixels, of an image of " + std::to_string(size),
              "the box has to lie within the image, and the output to have pixels");
}

bool append_axis(AxisMap& map, Request request) {
  const auto size = static_cast<float>(map.count);
  request.low = std::max(request.low, 0.0F);
  request.length = std::min(request.length, size - request.low);
  const float low = map.reversed ? size - request.low - request.length : request.low;  // along the source's axis
  if (request.copies()) {
    map.start += static_cast<int>(low);
    map.count = request.output;
  } else if (map.plain()) {
    map = {map.low + static_cast<float>(map.start) + low,
           request.length,
           request.output,
           0,
           request.output,
           map.reversed,
           request.cubic,
           request.antialias};
  } else {
    return false;
  }
  if (request.mirror) map.reversed = !map.reversed;
  return true;
}

}  // namespace

ImageMap ImageMap::identity(Size size) { return {augment::identity(size.width), augment::identity(size.height)}; }

bool ImageMap::append(const Resampling& next) {
  const bool cubic = next.filter == Resampling::Filter::bicubic;
  const Request across{next.left, next.width, next.output.width, cubic, next.mirror, next.antialias};
  const Request down{next.top, next.height, next.output.height, cubic, false, next.antialias};
  check(across, x.count, "x");
  check(down, y.count, "y");
  ImageMap result = *this;
  if (!append_axis(result.x, across) || !append_axis(result.y, down)) return false;
  *this = result;
  return true;
}

}  // namespace byolab::augment
