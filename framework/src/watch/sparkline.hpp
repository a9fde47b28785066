#pragma once

#include <span>
#include <string>

#include "byolab/error.hpp"

namespace byolab {

/// A curve in at most `width` characters, ▁ to █ from its least to its greatest value; of more values than characters,
/// means. A blank where there is no number. A curve without any spread lies at the bottom.
BYOLAB_API std::string sparkline(std::span<const float> values, std::size_t width);

}  // namespace byolab
