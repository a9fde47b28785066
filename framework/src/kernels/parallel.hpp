#pragma once

#include "byolab/ops.hpp"

namespace byolab {

/// Sets how many threads `parallel_for` uses, the caller's included (at least 1; by default one a core).
/// Returns once threads that are not needed any more have ended. Not to be called from within `parallel_for`.
BYOLAB_API void set_parallel_threads(int threads);
BYOLAB_API int parallel_threads();

}  // namespace byolab
