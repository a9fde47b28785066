#pragma once

#include "boundary/search.hpp"
#include "config/experiment.hpp"
#include "record/run_record.hpp"

namespace byolab {

struct Compute;

/// The plugins of an experiment, those that others hold too.
BYOLAB_API std::vector<PluginInfo> plugins_used(const Experiment& experiment, const PluginCatalogue& catalogue);

/// Of a run that goes on at `step`: the plugins that made it so far, and those that go on with it in another version or
/// library, with the step from which they do.
BYOLAB_API std::vector<PluginInfo> continued(std::vector<PluginInfo> so_far, const std::vector<PluginInfo>& now,
                                             std::int64_t step);

/// Who, where and with what: the record's `/config`, `/environment` and `/plugins`. `experiment_folder`: where the
/// experiment was written, whose git commit is recorded.
BYOLAB_API RunInfo describe_run(const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute,
                                const std::string& source, const std::string& command_line,
                                const std::filesystem::path& experiment_folder);

/// Throws Error if the experiment would use a plugin that is not in `recorded`, or in another version or library
/// (by SHA-256; of a run that several builds made, the last one): names each such plugin with both sides.
BYOLAB_API void require_plugins(const Experiment& experiment, const PluginCatalogue& catalogue,
                                const std::vector<PluginInfo>& recorded, const std::string& source);

}  // namespace byolab
