#pragma once

#include "augment/pipeline.hpp"
#include "byolab/annotated.hpp"

namespace byolab {

/// Throws Error unless the boxes in image `index` lie within it and have an inside, masks have its size, and labels are
/// in [0, classes), or −1. To be called inside the guarded call, which adds the plugin to the sentence.
BYOLAB_API void check_annotations(const std::vector<Annotation>& annotations, std::int64_t index, Size image,
                                  std::int64_t classes);

/// Where a pipeline puts what is in an image of this size: boxes cut at the border of its output, masks resampled. What
/// has nothing of its box in sight is left out.
BYOLAB_API std::vector<Annotation> moved(std::vector<Annotation> annotations, Size image, const Pipeline& pipeline,
                                         const ViewKey& key);

}  // namespace byolab
