#pragma once

#include "conformance/examine.hpp"

namespace byolab::conformance {

/// In the child: runs the checks from `first` on, and writes a line for each, then one with the time of a call.
/// Stops after a basic check that fails. `folder` is empty, and for the files that the plugin wants to be tried with.
void work_through(const Specimen& specimen, const std::vector<Check>& checks, std::size_t first,
                  const std::filesystem::path& folder, int channel);
/// In the parent: takes such a line.
void read_line(const std::string& line, const std::vector<Check>& checks, PluginReport& report);

}  // namespace byolab::conformance
