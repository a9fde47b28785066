#pragma once

#include <cstdint>
#include <vector>

#include "byolab/abi.hpp"

namespace byolab {

/// An object in an image, and where it is.
struct Annotation {
  float left = 0, top = 0, right = 0,
        bottom = 0;                ///< the box of what is visible, in pixels; right and bottom exclusive
  std::int64_t label = -1;         ///< its class, of the data set's main ones; −1 where unknown
  std::vector<std::uint8_t> mask;  ///< [height, width] of the image, share of the pixel that it covers × 255; or empty
};

/// A data set that knows where objects are. A capability, see byolab/capability.hpp.
class __attribute__((visibility("default"))) Annotated {
 public:
  virtual ~Annotated();
  /// The objects in image `index`, in pixels of the image as `read` gives it; none where there are none. Boxes lie
  /// within the image, and are not empty. Called from many threads at once.
  virtual std::vector<Annotation> annotations(std::int64_t index) const = 0;
};

}  // namespace byolab
