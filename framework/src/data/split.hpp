#pragma once

#include <cstdint>
#include <vector>

#include "byolab/dataset.hpp"

namespace byolab {

using Indices = std::vector<std::int64_t>;

/// All images of a data set, ordered so that every prefix holds the classes in equal numbers as far as they
/// reach. Drawn at random, but for a data set always the same: the seed of a run must not change which images
/// are set aside.
BYOLAB_API Indices balanced_order(const Dataset& dataset);

struct TrainingSplit {
  Indices train, validation;  ///< ascending, disjoint
};

/// How many images `split_training` trains on.
BYOLAB_API std::int64_t training_images(const Dataset& dataset, double validation, std::int64_t subset);

/// Sets `validation` images aside (below 1: that share), of each class as large a share as of all; one image of a class
/// stays, if any can. Keeps `subset` of the rest (0: all), of each class the same number as far as it has them.
/// Throws Error if there are not that many.
BYOLAB_API TrainingSplit split_training(const Dataset& dataset, double validation, std::int64_t subset);

/// Whether all classes have the same number of images.
BYOLAB_API bool has_equal_classes(const Dataset& dataset);

}  // namespace byolab
