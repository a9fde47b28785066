#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "byolab/error.hpp"
#include "record/sweep_file.hpp"

namespace byolab {

/// A run that a sweep's index names.
struct SweepEntry {
  std::string id;
  std::filesystem::path file;                 ///< of the run's record; may not be there (yet)
  std::map<std::string, std::string> fields;  ///< its row of `/trials`: "label", "status", …; empty without one
};

/// Whether a file is the index of a sweep (`sweep.h5`): an HDF5 file with a group `/runs`.
BYOLAB_API bool is_sweep_file(const std::filesystem::path& path);
/// Why a file cannot be read as HDF5; empty if it can.
BYOLAB_API std::string trouble_with(const std::filesystem::path& path);
/// How many trials a sweep has, and how many of them have results.
struct SweepProgress {
  std::size_t trials = 0, results = 0;
};
/// Throws Error.
BYOLAB_API SweepProgress read_sweep_progress(const std::filesystem::path& path);
/// The runs of a sweep, in the order of `/trials`, then those that only `/runs` links to. Throws Error.
BYOLAB_API std::vector<SweepEntry> read_sweep(const std::filesystem::path& path);

/// The claims of a sweep, as they were judged last; empty if it makes none. Throws Error.
BYOLAB_API std::vector<ClaimRow> read_sweep_claims(const std::filesystem::path& path);

/// What a sweep says of itself.
struct SweepHead {
  std::string name;
  std::string baseline;              ///< label of the arm that the others are compared with; empty if it names none
  std::string metric;                ///< "linear_top1": by which the best trial is told
  std::vector<std::string> metrics;  ///< columns of `/trials`
};
/// Throws Error.
BYOLAB_API SweepHead read_sweep_head(const std::filesystem::path& path);

}  // namespace byolab
