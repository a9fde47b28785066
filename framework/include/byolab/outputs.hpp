#pragma once

#include <cstddef>
#include <vector>

#include <ATen/core/Tensor.h>

namespace byolab {

/// What a method made of one view of a batch of n images. float32 on the run's device (float64 in a float64 run). Each
/// is undefined where the method makes none, or the loss does not need it; see Needs and Gives.
struct ViewOutputs {
  at::Tensor features;    ///< [n, d]: y_θ, from the online encoder
  at::Tensor projection;  ///< [n, p]: z_θ, from the online projector
  at::Tensor prediction;  ///< [m, p]: q_θ(z_θ); the projection itself where the predictor is `identity`. m is n, or
                          ///< the number of what is predicted (masked patches), as many as rows of its targets
  at::Tensor target;      ///< [m, p]: z′_ξ, from the target; without gradient unless `[target] gradient = true`
};

/// Which view's prediction is to meet which view's target.
struct Pair {
  std::size_t prediction = 0, target = 0;  ///< places in Outputs::views
};

struct Outputs {
  std::vector<ViewOutputs> views;
  at::Tensor labels;        ///< [n] int64; undefined if the data set has none
  std::vector<Pair> pairs;  ///< in order; empty where nothing is predicted
};

}  // namespace byolab
