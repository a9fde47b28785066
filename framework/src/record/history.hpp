#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "byolab/abi.hpp"

namespace byolab {

/// One column of a group of the record: a dataset of float32 along the group's scale.
struct Series {
  std::string name;        ///< snake_case; the dataset's name
  std::string meaning;     ///< one line; attribute `long_name`
  std::string unit = "1";  ///< attribute `units`
};

/// A group of the record: columns along one scale. Every group is declared before the run starts.
struct GroupSpec {
  std::string group;            ///< its path: "metrics/train", "metrics/knn", "timing"
  std::vector<Series> columns;  ///< without the scale
  std::string scale = "step";   ///< name of the scale; "epoch" in "timing"
};

/// All rows of one group.
struct GroupHistory {
  std::string group;
  std::vector<std::string> names;           ///< of the columns
  std::vector<std::int64_t> steps;          ///< the scale
  std::vector<std::vector<float>> columns;  ///< one a name, each as long as `steps`
};

/// All rows of a record, as a checkpoint keeps them: enough to write the file anew.
using History = std::vector<GroupHistory>;

}  // namespace byolab
