#pragma once

#include <filesystem>

namespace byolab {

/// The record that a user means: a run's folder, or the file itself.
inline std::filesystem::path record_of(const std::filesystem::path& run) {
  return std::filesystem::is_directory(run) ? run / "run.h5" : run;
}

}  // namespace byolab
