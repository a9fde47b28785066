#pragma once

#include "config/experiment.hpp"
#include "plugins/search.hpp"
#include "record/run_record.hpp"
#include "train/compute.hpp"

namespace byolab {

/// The plugins that a resolved experiment names, nested ones too.
BYOLAB_API std::vector<PluginInfo> plugins_used(const Value& resolved, const PluginCatalogue& catalogue);

/// Who, where and with what: the record's `/config`, `/environment` and `/plugins`.
BYOLAB_API RunInfo describe_run(const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute,
                                const std::string& source, const std::string& command_line);

/// Throws Error if the experiment would use a plugin that is not in `recorded`, or in another version or library
/// (by SHA-256): names each such plugin with both sides.
BYOLAB_API void require_plugins(const Experiment& experiment, const PluginCatalogue& catalogue,
                                const std::vector<PluginInfo>& recorded, const std::string& source);

}  // namespace byolab
