#pragma once

#include <filesystem>
#include <string>

namespace byolab {

// Small texts in a sweep's folder. A link at their names is never followed: what it leads to is none of the sweep's.
// Not forced to the disk. Both throw Error.

/// Written beside its place and renamed.
void write_text(const std::filesystem::path& path, const std::string& text);
void append_text(const std::filesystem::path& path, const std::string& text);

}  // namespace byolab
