#pragma once

#include <filesystem>
#include <string>

#include "byolab/component.hpp"

namespace byolab {

/// Makes a folder with a complete plugin project of that kind: CMakeLists.txt, source, tests, example, README.
/// Throws Error if the name is not snake_case or the folder exists; leaves nothing behind if it fails.
BYOLAB_API void make_plugin_project(Kind kind, const std::string& name, const std::filesystem::path& folder);

}  // namespace byolab
