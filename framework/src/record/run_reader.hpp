#pragma once

#include <filesystem>
#include <map>

#include "byolab/error.hpp"
#include "record/history.hpp"
#include "record/run_record.hpp"

namespace byolab {

/// What stands in a record, read at one moment. A live run can be read too (HDF5's SWMR).
struct RunContents {
  std::map<std::string, std::string> attributes;  ///< the root's: status, reason, name, run_id, seed, started, ended
  std::map<std::string, std::string> environment;
  std::string source_toml, resolved_toml;
  std::vector<GroupSpec> groups;  ///< in the order in which the run declared them
};

/// Throws Error: no such file, no record, or left open by a killed writer (hint: repair).
BYOLAB_API RunContents read_contents(const std::filesystem::path& path);
/// All rows of all groups, or of those named.
BYOLAB_API History read_history(const std::filesystem::path& path, const std::vector<std::string>& groups = {});

/// The plugins that took part, as the table `/plugins` has them.
BYOLAB_API std::vector<PluginInfo> read_plugins(const std::filesystem::path& path);

}  // namespace byolab
