#pragma once

#include <cstddef>
#include <string_view>

#include "byolab/abi.hpp"

namespace byolab {

/// No experiment nests its tables and lists deeper. What reads and prints them calls itself for each level, and runs
/// out of stack where there are very many.
inline constexpr int kDeepestToml = 64;

/// Where a TOML text nests deeper than that; line 0 if it does not.
struct TooDeep {
  int line = 0, column = 0;
};
BYOLAB_API TooDeep find_too_deep(std::string_view text);

}  // namespace byolab
