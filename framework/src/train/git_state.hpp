#pragma once

#include <filesystem>
#include <string>

#include "byolab/abi.hpp"

namespace byolab {

/// What the git program says of a folder.
struct GitState {
  std::string commit;   ///< "1a2b… (main)"; or "unknown: …" with the reason
  std::string changes;  ///< "none", "2 files changed, 1 not tracked"; or "unknown: …"
};

/// The commit that is checked out there, whatever the repository looks like (a worktree, a submodule, packed
/// references), and whether files differ from it.
BYOLAB_API GitState git_state(const std::filesystem::path& folder);

}  // namespace byolab
