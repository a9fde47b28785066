#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/problems.hpp"

namespace byolab {

/// A `--set path=value` of the command line.
struct Override {
  std::string path;    ///< as written: "views.*.augment.gaussian_blur.p"
  Value value;         ///< its place says "--set path=value"
  std::string before;  ///< what it replaced, as inline TOML; empty if nothing was written there
};

/// An experiment as written: `extends` and presets merged in, `--set` applied, nothing checked against plugins yet.
struct Document {
  Value root;                                ///< each leaf knows the file, line and column that wrote it
  std::string source;                        ///< the text of all files, base first, for the record
  std::vector<std::filesystem::path> files;  ///< this file first, then those that it extends, presets last
  std::vector<Override> overrides;           ///< choices of plugins first, then in the command line's order
  bool complete = true;                      ///< false if a file could not be read: what is missing then is no mistake
};

/// Reads TOML. `sets` holds the texts after `--set`. A view's `preset` is looked for in `preset_folders`, then in
/// `presets` beside and inside each folder of `[plugins] path`. Problems are added, not thrown; what could be
/// read is returned all the same, so that later checks can find more.
BYOLAB_API Document read_document(const std::filesystem::path& file, const std::vector<std::string>& sets,
                                  Problems& problems, const std::vector<std::filesystem::path>& preset_folders = {});

/// `[plugins] path`, each made absolute from the folder of the file that wrote it (from the current folder if
/// `--set` did). Needed before there is a Catalogue.
BYOLAB_API std::vector<std::filesystem::path> plugin_paths(const Document& document, Problems& problems);

}  // namespace byolab
