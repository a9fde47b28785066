#pragma once

#include <optional>
#include <string_view>

#include "byolab/step.hpp"

namespace byolab {

/// "100 steps", "1 epoch", "0.5 epochs", "5 %", "never" (0 epochs). Nothing for any other text.
BYOLAB_API std::optional<Cadence> parse_cadence(std::string_view text);

}  // namespace byolab
