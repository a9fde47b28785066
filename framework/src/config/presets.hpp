#pragma once

#include "config/file_reader.hpp"

namespace byolab {

/// The presets in these folders, sorted.
std::vector<std::string> preset_names(const std::vector<std::filesystem::path>& folders);

/// Lays each view over the preset that it names: a TOML file with the keys of a view ([[augment]]), found by name
/// in one of `folders`, or by path if the name has a '/' or ends in ".toml". `preset` itself is taken out.
void insert_presets(Value& root, const std::vector<std::filesystem::path>& folders, FileReader& reader,
                    Problems& problems);

}  // namespace byolab
