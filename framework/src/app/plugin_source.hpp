#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace byolab {

/// `byolab plugin check --source`.
struct SourceCheck {
  std::filesystem::path folder;   ///< of a plugin project, with a CMakeLists.txt
  std::string sanitizer;          ///< "address", "thread" or "both"
  std::vector<std::string> sets;  ///< handed on
  std::string kind;               ///< handed on; empty: all
  bool json = false;
};

/// Builds the project in <folder>/build-<sanitizer>, and runs `byolab plugin check` on its libraries with the
/// sanitizer's run-time preloaded. Gives the worst exit code. Throws Error if it does not build.
int check_source(const SourceCheck& check);

}  // namespace byolab
