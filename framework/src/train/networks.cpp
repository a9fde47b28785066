#include "train/networks.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include "byolab/capability.hpp"
#include "byolab/solved_head.hpp"
#include "guard/border.hpp"
#include "guard/given.hpp"
#include "guard/on_loan.hpp"
#include "train/dense.hpp"

namespace byolab {
namespace {

/// The places of tensors whose images are of one size, in the order of the first of each.
std::vector<std::vector<std::size_t>> alike(const Tensors& tensors) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto same = [&](const std::vector<std::size_t>& group) {
      return tensors[group.front()].sizes().slice(1) == tensors[i].sizes().slice(1);
    };
    const auto found = std::find_if(groups.begin(), groups.end(), same);
    if (found == groups.end())
      groups.push_back({i});
    else
      found->push_back(i);
  }
  return groups;
}

/// Applies `part` to those at `places` as one batch.
template <class Function>
void as_one_batch(const Tensors& tensors, const std::vector<std::size_t>& places, Tensors& results, Function&& part) {
  Tensors together;
  std::vector<std::int64_t> rows;
  for (const std::size_t i : places) {
    together.push_back(tensors[i]);
    rows.push_back(tensors[i].size(0));
  }
  const Tensors made = part(at::cat(together)).split_with_sizes(rows);
  for (std::size_t k = 0; k < places.size(); ++k) results[places[k]] = made[k];
}

/// Applies `part` to each tensor by itself, or to all of one size as one batch.
template <class Function>
Tensors each_view(const Tensors& tensors, bool joint, Function&& part) {
  Tensors results(tensors.size());
  if (joint)
    for (const auto& places : alike(tensors)) as_one_batch(tensors, places, results, part);
  else
    for (std::size_t i = 0; i < tensors.size(); ++i) results[i] = part(tensors[i]);
  return results;
}

Tensors raised(const Tensors& tensors) {
  Tensors all;
  for (const at::Tensor& tensor : tensors) all.push_back(at_least_float32(tensor));
  return all;
}

}  // namespace

at::Tensor at_least_float32(const at::Tensor& tensor) {
  return !tensor.defined() || tensor.scalar_type() == at::kDouble ? tensor : tensor.to(at::kFloat);
}

at::Tensor apply(const Plugged<Encoder>& encoder, const at::Tensor& images, std::int64_t step) {
  return encoder.call("forward()", step, [&](Encoder& f) {
    const OnLoan loan({images});
    at::Tensor features = f.forward(images);
    check_rows(features, images.size(0), f.features(), images.scalar_type());
    expect_unchanged(loan, "the images");
    mark_border(features, encoder.callee);
    return features;
  });
}

at::Tensor apply(const Plugged<Head>& head, const at::Tensor& x, std::int64_t step) {
  return head.call("forward()", step, [&](Head& h) {
    const OnLoan loan({x});
    at::Tensor z = h.forward(x);
    check_rows(z, x.size(0), h.outputs(), x.scalar_type());
    expect_unchanged(loan, "its input");
    mark_border(z, head.callee);
    return z;
  });
}

GuardedNetwork::GuardedNetwork(const Plugged<Encoder>& encoder, const Plugged<Head>& projector,
                               const Plugged<Head>* predictor, const Callee& method, bool joint, bool gradient,
                               std::int64_t step)
    : encoder_(encoder),
      projector_(projector),
      predictor_(predictor),
      method_(method),
      joint_(joint),
      gradient_(gradient),
      step_(step) {}

Tensors GuardedNetwork::encode(const Tensors& images) {
  const c10::AutoGradMode gradient(gradient_ && c10::GradMode::is_enabled());
  return each_view(images, joint_, [&](const at::Tensor& x) {
    mark_border(x, method_);  // what a method made of the images is the method's
    return apply(encoder_, x, step_);
  });
}

Tensors GuardedNetwork::project(const Tensors& features) {
  if (!projector_)
    throw Error("the target has no projector: the method's plan names none", "name it in MethodPlan::target");
  const c10::AutoGradMode gradient(gradient_ && c10::GradMode::is_enabled());
  return each_view(features, joint_, [&](const at::Tensor& y) {
    mark_border(y, method_);
    return apply(projector_, y, step_);
  });
}

Tensors GuardedNetwork::predict(const Tensors& projections) {
  if (!predictor_) throw Error("the target has no predictor", "predict through Networks::online()");
  return each_view(projections, joint_, [&](const at::Tensor& z) {
    mark_border(z, method_);
    return apply(*predictor_, z, step_);
  });
}

at::Tensor GuardedNetwork::tokens(const at::Tensor& images, const at::Tensor& keep) {
  const c10::AutoGradMode gradient(gradient_ && c10::GradMode::is_enabled());
  mark_border(images, method_);
  return byolab::tokens(encoder_, images, keep, step_);
}

Tensors GuardedNetwork::maps(const at::Tensor& images) {
  const c10::AutoGradMode gradient(gradient_ && c10::GradMode::is_enabled());
  mark_border(images, method_);
  return feature_maps(encoder_, images, step_);
}

ModelNetworks::ModelNetworks(const Model& model, bool joint, const Compute& compute, const Step& step)
    : model_(model),
      compute_(compute),
      step_(step),
      online_(model.encoder, model.projector, &model.predictor, model.method.callee, joint, true, step.index) {
  if (model.has_target())
    target_.emplace(model.target_encoder, model.target_projector, nullptr, model.method.callee, joint, false,
                    step.index);
}

Tensors ModelNetworks::as_targets(const Tensors& projections) {
  if (model_.gradient_into_target) return projections;
  Tensors detached;
  for (const at::Tensor& z : projections) detached.push_back(z.detach());
  return detached;
}

void ModelNetworks::solve_predictor(const Tensors& projections, const Tensors& targets) {
  auto* solved = capability<SolvedHead>(*model_.predictor.object);
  if (!solved) return;
  const c10::AutoGradMode no_gradient(false);
  const Autocast exact(compute_.device.type(), c10::kFloat);  // what is solved for wants all the digits
  model_.predictor.call("solve()", step_.index, [&](Head&) {
    solved->solve(at::cat(raised(projections)).detach(), at::cat(raised(targets)).detach(), step_);
  });
}

}  // namespace byolab
