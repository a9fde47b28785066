#pragma once

#include "byolab/outputs.hpp"
#include "train/model.hpp"

namespace byolab {

/// One pass of all views, [n, c, h, w] each, through the networks; what the loss does not need is left out.
/// `joint`: the views share BatchNorm's batch statistics (concatenated); else each view has its own, as in the
/// reference code. Outputs are float32, in a float64 run float64.
BYOLAB_API Outputs forward(const Model& model, const std::vector<at::Tensor>& views, const at::Tensor& labels,
                           bool joint, const Compute& compute, const Step& step);

/// One part's pass, in training or evaluation as its module is set: rows [n, features()] or [n, outputs()], of the
/// dtype that the part gives. Throws Error, naming the plugin, for anything else, and if the plugin changed its input.
at::Tensor apply(const Plugged<Encoder>& encoder, const at::Tensor& images, std::int64_t step);
at::Tensor apply(const Plugged<Head>& head, const at::Tensor& x, std::int64_t step);

}  // namespace byolab
