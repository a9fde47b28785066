#pragma once

#include "boundary/search.hpp"
#include "config/experiment.hpp"

namespace byolab {

/// The metrics that a plugin declares: names that can be columns, each once, none of the host's own (those of training,
/// or an evaluator's step). Throws Error that names the plugin.
BYOLAB_API std::vector<Metric> declared_metrics(const Callee& callee, const Component& component);

/// Those of an evaluator that is made for this alone, without images. Throws Error as its constructor does.
BYOLAB_API std::vector<Metric> evaluator_metrics(const EvaluateOptions& options, const PluginCatalogue& catalogue);

}  // namespace byolab
