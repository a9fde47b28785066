#include "train/train_step.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <limits>

#include "guard/border.hpp"
#include "guard/given.hpp"
#include "guard/on_loan.hpp"
#include "train/gradients.hpp"
#include "train/optimize.hpp"
#include "train/target_rule.hpp"

namespace byolab {
namespace {

constexpr const char* kBackward = "forward()'s gradient";

/// Adds the time since it was made, or since the last call, to a stage.
class Stopwatch {
 public:
  void lap(double& stage) {
    const auto now = std::chrono::steady_clock::now();
    stage += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

void clear_gradients(const Model& model) {
  for (const Parameter& parameter : model.parameters) {
    at::Tensor value = parameter.value;
    value.mutable_grad().reset();
  }
}

/// Through all plugins' operations, from the loss's on; whose they are is marked in the graph (plugins/border).
void go_back(const Model& model, const at::Tensor& loss, const Step& step) {
  const CallScope scope(model.loss.callee, kBackward, step.index);
  const BackwardPass pass;
  try {
    loss.backward();
  } catch (...) {
    rethrow_with(*callee_of_call(), kBackward, step.index);
  }
}

/// A loss that is connected with something, but with no parameter, teaches nothing.
void require_gradients(const Model& model, const Step& step) {
  const auto has_one = [](const Parameter& parameter) { return parameter.value.grad().defined(); };
  if (model.parameters.empty() || std::any_of(model.parameters.begin(), model.parameters.end(), has_one)) return;
  model.loss.call(kBackward, step.index,
                  [](Loss&) { throw Error("no parameter got a gradient: the loss does not depend on any"); });
}

Batch on_device(const ViewBatch& batch, const Compute& compute, std::uint64_t seed) {
  Batch given{{}, batch.labels, {}, seed};
  for (const at::Tensor& view : batch.views) given.views.push_back(view.to(compute.device));
  if (given.labels.defined()) given.labels = given.labels.to(compute.device);
  const auto* index = batch.index.const_data_ptr<std::int64_t>();
  given.images.assign(index, index + batch.index.numel());
  return given;
}

/// By what it is seen whether the network has collapsed: the first view's projection, or what there is of it.
const at::Tensor& shown(const Outputs& outputs) {
  const ViewOutputs& view = outputs.views[0];
  for (const at::Tensor* one : {&view.projection, &view.features, &view.prediction})
    if (one->defined()) return *one;
  return view.target;
}

void tell_stepped(const Model& model, const Step& step) {
  const c10::AutoGradMode no_gradient(false);
  model.loss.call("stepped()", step.index, [&](Loss& loss) { loss.stepped(step); });
  model.method.call("stepped()", step.index, [&](Method& method) { method.stepped(step); });
}

at::Tensor loss_of(const Model& model, const Outputs& outputs, const Step& step) {
  return model.loss.call("forward()", step.index, [&](Loss& loss) {
    const OnLoan loan = loan_of(outputs);
    at::Tensor value = loss.forward(outputs, step);
    check_loss(value, !model.parameters.empty());
    expect_unchanged(loan, "the outputs of the networks");
    return value;
  });
}

}  // namespace

double spread_of(const at::Tensor& z) {
  const c10::AutoGradMode no_gradient(false);
  const at::Tensor rows = z.detach() / z.detach().norm(2, {1}, true).clamp_min(1e-12);
  return rows.std(0).mean().item<double>() * std::sqrt(static_cast<double>(z.size(1)));
}

StepOutcome train_step(Model& model, RunData& data, const Experiment& experiment, const Compute& compute,
                       const Step& step, StageTimes& times, Onlookers onlookers) {
  Stopwatch watch;
  if (onlookers.observers) onlookers.observers->before_step(step);
  if (experiment.target.when == TargetOptions::When::before_forward) update_target(model, step);
  clear_gradients(model);
  watch.lap(times.update);

  StepOutcome outcome;
  const std::int64_t parts = experiment.run.accumulate;
  const auto seed = static_cast<std::uint64_t>(experiment.run.seed);
  const bool joint = experiment.run.batch_statistics == RunOptions::BatchStatistics::joint;
  for (std::int64_t part = 0; part < parts; ++part) {
    const ViewBatch batch = data.next();
    watch.lap(times.data_wait);
    const Batch given = on_device(batch, compute, seed);
    seed_torch(seed, "step", step.index * parts + part);
    const Outputs outputs = forward(model, given, joint, compute, step);
    const at::Tensor loss = loss_of(model, outputs, step);
    const double value = loss.item<double>();
    outcome.loss += value / static_cast<double>(parts);
    if (onlookers.keeper && onlookers.keeper->wants_more()) onlookers.keeper->keep(batch, value);
    outcome.z_std = spread_of(shown(outputs));
    watch.lap(times.forward);
    if (!std::isfinite(outcome.loss)) return outcome;  // no gradient of this may reach the weights
    if (loss.requires_grad()) go_back(model, loss / static_cast<double>(parts), step);
    watch.lap(times.backward);
  }
  require_gradients(model, step);
  // A finite loss can have gradients that are not; nothing of them may reach the weights.
  const at::Tensor norms = gradient_norms(model.parameters);
  outcome.gradients_finite = norms.isfinite().all().item<bool>();
  if (!outcome.gradients_finite) return outcome;
  if (onlookers.observers) onlookers.observers->gradients_ready(model.parameters, norms, step);
  optimize(model, step);
  if (experiment.target.when == TargetOptions::When::after_optimizer) update_target(model, step);
  tell_stepped(model, step);
  watch.lap(times.update);
  return outcome;
}

}  // namespace byolab
