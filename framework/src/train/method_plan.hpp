#pragma once

#include "byolab/method.hpp"
#include "config/experiment.hpp"
#include "train/plugged.hpp"

namespace byolab {

/// Asks the method what it does with the views for this loss. Throws Error, where the experiment names a place with it,
/// for what does not fit: a view that no network sees, a loss that needs what the method does not give.
MethodPlan plan_method(const Plugged<Method>& method, const Plugged<Loss>& loss, std::vector<View> views,
                       const Experiment& experiment);

/// Throws Error for outputs that are not what was planned. To be called inside the guarded call.
void check_outputs(const Outputs& outputs, const MethodPlan& plan);

}  // namespace byolab
