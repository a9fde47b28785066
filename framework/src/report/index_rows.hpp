#pragma once

#include "report/trial.hpp"

namespace byolab {

/// The results of a sweep as its index tells them, for one that was kept without its trials: of each run that is a
/// result, its arm, its seed and the last value of each metric that it has, as a history of one row; no settings, no
/// units. A column is taken for "<evaluator>_<column>" with an evaluator of one word. `remarks` gets a sentence if
/// trials are left out. Throws Error.
BYOLAB_API std::vector<RecordedRun> results_in_index(const std::filesystem::path& index,
                                                     std::vector<std::string>& remarks);

}  // namespace byolab
