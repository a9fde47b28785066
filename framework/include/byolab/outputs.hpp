#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

namespace byolab {

/// What the networks made of one view of a batch of n images. float32 on the run's device.
struct ViewOutputs {
  at::Tensor features;    ///< [n, d]: y_θ, from the online encoder
  at::Tensor projection;  ///< [n, p]: z_θ, from the online projector
  at::Tensor prediction;  ///< [n, p]: q_θ(z_θ); the projection itself where the predictor is `identity`
  at::Tensor target;      ///< [n, p]: z′_ξ, from the target; without gradient unless `[target] gradient = true`.
                          ///< Undefined if the loss does not need it.
};

struct Outputs {
  std::vector<ViewOutputs> views;  ///< two or more
  at::Tensor labels;               ///< [n] int64; undefined if the data set has none
};

}  // namespace byolab
