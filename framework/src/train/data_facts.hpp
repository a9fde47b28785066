#pragma once

#include "boundary/search.hpp"
#include "config/experiment.hpp"

namespace byolab {

/// What of a data set a run's identity and length depend on.
struct DataFacts {
  std::string fingerprint;  ///< of the training and the test data set
  std::int64_t images = 0;  ///< to train on
};

/// Opens the data sets of an experiment and decodes nothing. Throws Error as RunData does.
BYOLAB_API DataFacts look_at_data(const Experiment& experiment, const PluginCatalogue& catalogue);

/// Makes a view's augmentations, which then say what they have against their options. Throws Error as they do.
BYOLAB_API void check_augmentations(const ViewOptions& view, const PluginCatalogue& catalogue);

}  // namespace byolab
