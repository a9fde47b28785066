#pragma once

#include "app/commands.hpp"

namespace byolab {

/// `byolab plugin check`: tries plugins as a run would use them.
void add_plugin_check(CLI::App& plugin, Action& action);

}  // namespace byolab
