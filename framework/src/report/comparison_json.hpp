#pragma once

#include <nlohmann/json.hpp>

#include "report/comparison.hpp"

namespace byolab {

/// A list of {metric, unit, meaning, baseline, arms: [{arm, runs, mean, std, best, values: [{seed, value}], …}]};
/// what is not known is null.
nlohmann::ordered_json comparison_json(const std::vector<Comparison>& tables);

}  // namespace byolab
