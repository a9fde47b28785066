#pragma once

#include "report/arms.hpp"

namespace byolab {

/// A sentence for each arm whose results were made with different builds of a plugin, and one if the arms differ in
/// them: what looks like the spread of seeds, or the effect of an option, may be that of the code.
BYOLAB_API std::vector<std::string> mixed_builds(const Arms& arms);

}  // namespace byolab
