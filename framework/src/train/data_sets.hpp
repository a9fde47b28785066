#pragma once

#include <optional>

#include "byolab/dataset.hpp"
#include "config/experiment.hpp"
#include "train/plugged.hpp"

namespace byolab {

/// The data set of an experiment, opened once for each split.
struct DataSets {
  Plugged<Dataset> train, test;  ///< the second is empty where there is none
  std::optional<Error> no_test;  ///< what the data set said then

  /// Part of a run's identity; `validation` as [data] has it.
  std::string fingerprint(double validation) const;
  /// What a user must know of the images: a line for each number that the data sets report and that is not 0.
  std::vector<std::string> notes() const;
};

/// Throws Error if there are no images to train on. Test images may be missing: whoever needs them says so.
DataSets open_data(const Experiment& experiment, const PluginCatalogue& catalogue);

}  // namespace byolab
