#pragma once

#include <nlohmann/json.hpp>

#include "record/sweep_file.hpp"

namespace byolab {

/// A claim and its verdict; what is not known is null.
nlohmann::ordered_json verdict_json(const ClaimRow& claim);

}  // namespace byolab
