#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "byolab/abi.hpp"
#include "support/array.hpp"

namespace byolab {

/// All that `run.batches.h5` holds: what the networks were fed, batch after batch. docs/results.md lists every field.
struct Batches {
  std::string run_id, name;
  std::int64_t first_step = 0;                              ///< optimizer step of the first batch
  std::int64_t accumulate = 1;                              ///< batches of a step
  std::vector<std::pair<std::string, Array<float>>> views;  ///< [batches, n, 3, h, w] each
  Array<std::int64_t> index;                                ///< [batches, n]: places of the images in the data set
  Array<std::int64_t> labels;                               ///< likewise; undefined without labels
  Array<double> losses;                                     ///< [batches]
};

/// Writes the file, which is complete or not there. Throws Error naming the path.
BYOLAB_API void write_batches(const std::filesystem::path& path, const Batches& batches);
/// The file beside a run's record: run.h5 → run.batches.h5.
BYOLAB_API std::filesystem::path batches_beside(const std::filesystem::path& record);

}  // namespace byolab
