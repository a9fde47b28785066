#pragma once

#include <string>
#include <utility>
#include <vector>

#include "train/model.hpp"
#include "train/run_data.hpp"

namespace byolab {

/// The first lines of a run: what it trains on, for how long, where; then the views, and how large the parts are.
BYOLAB_API std::string first_lines(const RunData& data, const Model& model, const Compute& compute, const Step& plan);

/// Of the record's environment: what follows from the experiment and the data, and is written in neither.
BYOLAB_API std::vector<std::pair<std::string, std::string>> facts_of(const Experiment& experiment, const RunData& data,
                                                                     const Model& model, const Step& plan);

/// That what is frozen goes on changing in evaluation, where it does; else "".
BYOLAB_API std::string note_on_frozen(const Experiment& experiment, const Model& model);

}  // namespace byolab
