#pragma once

#include "byolab/networks.hpp"
#include "train/model.hpp"

namespace byolab {

/// One network of a model. Each call is guarded, and what a plugin gives is checked.
class GuardedNetwork final : public Network {
 public:
  /// `predictor`: empty for the target. `method`: who calls.
  GuardedNetwork(const Plugged<Encoder>& encoder, const Plugged<Head>& projector, const Plugged<Head>* predictor,
                 const Callee& method, bool joint, bool gradient, std::int64_t step);

  Tensors encode(const Tensors& images) override;
  Tensors project(const Tensors& features) override;
  Tensors predict(const Tensors& projections) override;
  at::Tensor tokens(const at::Tensor& images, const at::Tensor& keep) override;
  Tensors maps(const at::Tensor& images) override;

 private:
  const Plugged<Encoder>& encoder_;
  const Plugged<Head>& projector_;
  const Plugged<Head>* predictor_;
  const Callee& method_;
  bool joint_, gradient_;
  std::int64_t step_;
};

/// The networks of a model during one step. `joint`: views of one size share BatchNorm's batch statistics
/// (concatenated); else each view has its own, as in the reference code.
class ModelNetworks final : public Networks {
 public:
  ModelNetworks(const Model& model, bool joint, const Compute& compute, const Step& step);

  Network& online() override { return online_; }
  Network* target() override { return target_ ? &*target_ : nullptr; }
  Tensors as_targets(const Tensors& projections) override;
  void solve_predictor(const Tensors& projections, const Tensors& targets) override;

 private:
  const Model& model_;
  const Compute& compute_;
  Step step_;
  GuardedNetwork online_;
  std::optional<GuardedNetwork> target_;
};

/// One part's pass, in training or evaluation as its module is set: rows [n, features()] or [n, outputs()], of the
/// dtype that the part gives. Throws Error, naming the plugin, for anything else, and if the plugin changed its input.
at::Tensor apply(const Plugged<Encoder>& encoder, const at::Tensor& images, std::int64_t step);
at::Tensor apply(const Plugged<Head>& head, const at::Tensor& x, std::int64_t step);

/// What was rounded to bfloat16 is raised; float64 stays, and so does what is undefined.
at::Tensor at_least_float32(const at::Tensor& tensor);

}  // namespace byolab
