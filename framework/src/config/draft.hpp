#pragma once

#include "config/file_reader.hpp"
#include "config/overrides.hpp"

namespace byolab {

/// The files of an experiment, read once: documents that differ in some settings are made from it.
class BYOLAB_API Draft {
 public:
  /// What could be read is kept, and problems are added.
  Draft(const std::filesystem::path& file, Problems& problems);
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  /// The document with these settings laid over it in their order (those of [plugins] and presets first), presets
  /// put in and removals done.
  Document with(std::vector<Setting> settings, Problems& problems,
                const std::vector<std::filesystem::path>& preset_folders) const;

 private:
  Problems ignored_;  ///< what the files themselves have wrong was reported when they were read
  std::optional<FileReader> reader_;
  Value root_;
};

}  // namespace byolab
