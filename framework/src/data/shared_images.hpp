#pragma once

#include "data/store.hpp"

namespace byolab {

/// Images that two parts of a run share: equal in size and in every pixel.
struct SharedImages {
  std::vector<std::string> notes;  ///< a line for each two parts that share any
  std::string recorded;            ///< "test in training 12, test in validation 0", or why it is not known
};

/// Looks at images that are kept in memory; decoding others for this alone would take too long.
BYOLAB_API SharedImages shared_images(const Store& train, const Store& validation, const Store& test);

}  // namespace byolab
