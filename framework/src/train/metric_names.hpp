#pragma once

#include "plugins/guard.hpp"

namespace byolab {

/// The metrics that a plugin declares: names that can be columns, each once, none of the host's own (those of training,
/// or an evaluator's step). Throws Error that names the plugin.
BYOLAB_API std::vector<Metric> declared_metrics(const Callee& callee, const Component& component);

}  // namespace byolab
