#pragma once

#include <nlohmann/json.hpp>

namespace byolab {

/// The schema of [sweep]. Settings are open: which keys there are is known only with the experiment.
nlohmann::json sweep_schema();

/// Of an element of [[claim]].
nlohmann::json claim_schema();

}  // namespace byolab
