#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "byolab/error.hpp"
#include "support/array.hpp"

namespace byolab {

/// What the networks made of some held-out images at one moment.
struct Snapshot {
  std::int64_t step = 0;          ///< optimizer steps done
  Array<float> features;          ///< [n, d] float32, of the online encoder
  Array<std::int64_t> labels;     ///< [n] int64; undefined without labels
  Array<std::int64_t> predicted;  ///< [n] int64: class that an evaluator names; undefined where none names any
  std::string predicted_by;       ///< that evaluator's name; not read
};

/// Some held-out images, and what the networks see of them. uint8, [m, height, width, 3].
struct Examples {
  Array<std::int64_t> rows;    ///< [m] int64: each one's row in the snapshots
  Array<std::uint8_t> images;  ///< as evaluation sees them
  std::vector<std::pair<std::string, Array<std::uint8_t>>> views;
  Array<std::int64_t> nearest;  ///< [m, k] int64: rows nearest to each in the newest snapshot, by cosine, nearest first
  Array<std::uint8_t> nearest_images;  ///< [m, k, height, width, 3]
};

/// All that `run.embeddings.h5` holds. docs/results.md lists every field.
struct Embeddings {
  std::string run_id, name;
  std::vector<std::string> classes;
  std::string split;                ///< "test" or "validation"
  Array<std::int64_t> index;        ///< [n] int64: each row's place in the split
  Array<std::int64_t> image;        ///< [n] int64: its place in the data set that the split was drawn from; not read
  std::vector<Snapshot> snapshots;  ///< in the order of steps
  Examples examples;                ///< arrays undefined without any
};

/// Writes the file, which is complete or not there. Throws Error naming the path; an older file is then as it was.
BYOLAB_API void write_embeddings(const std::filesystem::path& path, const Embeddings& embeddings);
/// Throws Error: no such file, another kind of file, or arrays that do not fit one another.
BYOLAB_API Embeddings read_embeddings(const std::filesystem::path& path);
/// The file beside a run's record: run.h5 → run.embeddings.h5.
BYOLAB_API std::filesystem::path embeddings_beside(const std::filesystem::path& record);

}  // namespace byolab
