#pragma once

#include <optional>

#include "report/trial.hpp"

namespace byolab {

/// A run that is watched, as it stood when it was last looked at.
struct Watched {
  std::filesystem::path file;
  std::optional<RecordedRun> trial;  ///< nothing before the record is there
  bool abandoned = false;            ///< it says "running", and its writer is gone
  std::string trouble;               ///< why it cannot be read

  bool is_over() const { return trial && (abandoned || trial->status() != "running"); }
  std::string status() const;
};

/// The newest step, its share of all steps (NaN if the record does not say), speed, and time left.
struct Progress {
  std::int64_t step = 0, steps = 0;  ///< done; in all, or 0
  double images_per_second = 0, seconds_left = 0;
};
BYOLAB_API Progress progress_of(const RecordedRun& trial);

/// Looks at a run again. Never throws for what is in the file or not there yet.
BYOLAB_API void look_again(Watched& run);

/// The whole screen: one run in full with curves, several as a line each. Lines are cut at `width` characters.
BYOLAB_API std::vector<std::string> dashboard(const std::vector<Watched>& runs, std::size_t width);
/// One run in one line, without curves: for logs.
BYOLAB_API std::string plain_line(const Watched& run);

}  // namespace byolab
