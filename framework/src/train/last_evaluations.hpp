#pragma once

#include "record/run_record.hpp"
#include "train/listener.hpp"

namespace byolab {

/// What the evaluators last found, in this start of a run or an earlier one.
std::vector<EvaluationReport> last_evaluations(const History& history);

}  // namespace byolab
