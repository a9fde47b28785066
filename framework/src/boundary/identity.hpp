#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "byolab/abi.hpp"

namespace byolab {

/// `key=value` lines that a library and its host must agree on; made by BYOLAB_IDENTITY (library.hpp).
using IdentityLines = std::vector<std::pair<std::string, std::string>>;

BYOLAB_API IdentityLines parse_identity(std::string_view text);
/// What this program was built with.
BYOLAB_API const IdentityLines& own_identity();
/// All lines agree, `compiler` aside (g++ and clang++ share libstdc++'s ABI).
BYOLAB_API bool compatible(const IdentityLines& plugin, const IdentityLines& host);
/// Both sides of every line, the differing ones marked: the body of a refusal.
BYOLAB_API std::string comparison(const IdentityLines& plugin, const IdentityLines& host);

}  // namespace byolab
