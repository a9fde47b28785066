#pragma once

#include <string>

#include "train/model.hpp"

namespace byolab {

/// What the learning rate will be, in one line: "learning rate 0.4 at its highest (step 20 of 400), 0 at first,
/// 2.5e-06 at last; lr: cosine, from 0.2, to 0, …; × 512/256". The numbers are the optimizer's own; what they come from
/// is read from its options `lr` and `lr_reference_batch`, as optimizers call them. Empty if it does not tell, or if
/// there are no steps.
std::string rate_text(const Model& model, const Value& options, const Step& plan);

}  // namespace byolab
