#pragma once

#include <cstdint>
#include <functional>

#include "byolab/abi.hpp"

namespace byolab {

/// Runs `body(begin, end)` over [0, n) in pieces of at least `grain`, on the host's threads; returns when all
/// are done. An exception from a piece is thrown again here. Nested calls run serially.
BYOLAB_API void parallel_for(std::int64_t n, std::int64_t grain,
                             const std::function<void(std::int64_t, std::int64_t)>& body);

}  // namespace byolab
