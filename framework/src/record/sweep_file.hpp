#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "byolab/error.hpp"

namespace byolab {

/// A row of a sweep's table.
struct SweepRow {
  std::string id, label;
  std::vector<std::string> values;  ///< on each axis
  std::int64_t seed = 0;
  std::string settings;  ///< what the arm sets
  std::string status, reason;
  std::int64_t tries = 0, steps = 0;
  double seconds = 0;
  std::string plugins;              ///< digest of the libraries that the run used; "" if it has not run
  std::string started, cpu, dtype;  ///< of its record; "" if there is none
  std::string file;                 ///< its record, relative to the sweep's file; "" if there is none yet
  std::vector<std::pair<std::string, float>> metrics;
};

/// What came of a claim.
struct ClaimRow {
  std::string text, source, metric, statement;
  std::string verdict;                              ///< "holds", "fails", "undecided" or "not judged"
  std::int64_t seeds = 0;                           ///< that have all that the claim speaks of
  double mean = 0, other_mean = 0, difference = 0;  ///< over these seeds; NaN where there is none
  double low = 0, high = 0;                         ///< 95 % interval of the difference
  double p = 0, p_holm = 0;                         ///< NaN where it was not judged
};

/// A sweep, as its file shows it.
struct SweepTable {
  std::string name, baseline, metric, source;
  std::vector<std::string> axes;
  std::vector<SweepRow> rows;
  std::vector<ClaimRow> claims;
};

/// Writes sweep.h5 beside `path` and renames it. docs/results.md describes it. Takes time linear in the rows.
BYOLAB_API void write_sweep(const std::filesystem::path& path, const SweepTable& table);

/// The trials' ids in a sweep's file, and the TOML that it was made from; nothing if there is no such file.
struct SweepBefore {
  std::vector<std::string> ids;
  std::string source;
};
BYOLAB_API SweepBefore read_sweep_before(const std::filesystem::path& path);

}  // namespace byolab
