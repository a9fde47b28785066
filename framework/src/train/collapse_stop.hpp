#pragma once

#include <string>

#include "config/experiment.hpp"
#include "record/run_record.hpp"

namespace byolab {

/// Whether the newest rows of training say that there is a collapse, as [run] collapsed_below and collapsed_for have
/// it: a function of the record, so that a run that was resumed stops at the same step.
bool stays_collapsed(const RunOptions& run, const GroupHistory& training, const Step& step);

/// Why such a run ended, for its record.
std::string collapse_text(const RunOptions& run, std::int64_t steps);

}  // namespace byolab
