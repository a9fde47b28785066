#pragma once

#include "byolab/abi.hpp"

namespace byolab {

/// The commit from which this program was built, and whether files differed from it; "unknown" if the build could not
/// tell.
BYOLAB_API const char* build_commit();

}  // namespace byolab
