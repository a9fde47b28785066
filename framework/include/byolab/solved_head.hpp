#pragma once

#include <ATen/core/Tensor.h>

#include "byolab/abi.hpp"
#include "byolab/step.hpp"

namespace byolab {

/// A head that is solved for and not trained: a predictor in closed form. A capability, see byolab/capability.hpp.
class __attribute__((visibility("default"))) SolvedHead {
 public:
  virtual ~SolvedHead();
  /// Before the predictor's forward in a training step, without gradient and autocast: the online projections of all
  /// views [v·n, d] and what each is to predict, [v·n, d].
  virtual void solve(const at::Tensor& projections, const at::Tensor& targets, const Step& step) = 0;
};

}  // namespace byolab
