#include "train/forward.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include "guard/border.hpp"
#include "guard/given.hpp"
#include "guard/on_loan.hpp"

namespace byolab {
namespace {

struct Projected {
  std::vector<at::Tensor> features, projections;
};

/// Applies `part` to each view by itself, or to all of them as one batch.
template <class Function>
std::vector<at::Tensor> each_view(const std::vector<at::Tensor>& views, bool joint, Function&& part) {
  if (joint) return part(at::cat(views)).chunk(static_cast<std::int64_t>(views.size()));
  std::vector<at::Tensor> results;
  for (const at::Tensor& view : views) results.push_back(part(view));
  return results;
}

Projected project(const Plugged<Encoder>& encoder, const Plugged<Head>& projector, const std::vector<at::Tensor>& views,
                  bool joint, std::int64_t step) {
  Projected result;
  result.features = each_view(views, joint, [&](const at::Tensor& x) { return apply(encoder, x, step); });
  result.projections =
      each_view(result.features, joint, [&](const at::Tensor& y) { return apply(projector, y, step); });
  return result;
}

/// What was rounded to bfloat16 is raised; float64 stays.
std::vector<at::Tensor> at_least_float32(std::vector<at::Tensor> tensors) {
  for (at::Tensor& tensor : tensors)
    if (tensor.scalar_type() != at::kDouble) tensor = tensor.to(at::kFloat);
  return tensors;
}

std::vector<at::Tensor> target_projections(const Model& model, const std::vector<at::Tensor>& views,
                                           const std::vector<at::Tensor>& online, bool joint, std::int64_t step) {
  if (model.has_target()) {
    const c10::AutoGradMode no_gradient(false);
    return project(model.target_encoder, model.target_projector, views, joint, step).projections;
  }
  if (model.gradient_into_target) return online;
  std::vector<at::Tensor> detached;
  for (const at::Tensor& z : online) detached.push_back(z.detach());
  return detached;
}

/// Lets a closed-form predictor solve for its weights: each view is to predict the next one's target.
void adapt_predictor(const Model& model, const std::vector<at::Tensor>& projections,
                     const std::vector<at::Tensor>& targets, const Compute& compute, const Step& step) {
  const c10::AutoGradMode no_gradient(false);
  const Autocast exact(compute.device.type(), c10::kFloat);  // what is solved for wants all the digits
  std::vector<at::Tensor> sought = targets;
  std::rotate(sought.begin(), sought.begin() + 1, sought.end());
  model.predictor.call("adapt()", step.index, [&](Head& q) {
    q.adapt(at::cat(at_least_float32(projections)).detach(), at::cat(at_least_float32(sought)).detach(), step);
  });
}

}  // namespace

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

Outputs forward(const Model& model, const std::vector<at::Tensor>& views, const at::Tensor& labels, bool joint,
                const Compute& compute, const Step& step) {
  const Needs needs = model.loss.call("needs()", step.index, [](Loss& loss) { return loss.needs(); });
  const Autocast autocast(compute.device.type(), compute.dtype);
  const Projected online = project(model.encoder, model.projector, views, joint, step.index);
  std::vector<at::Tensor> targets, predictions;
  if (needs.target) targets = target_projections(model, views, online.projections, joint, step.index);
  if (needs.prediction) {
    if (needs.target && model.predictor.object->adapts())
      adapt_predictor(model, online.projections, targets, compute, step);
    predictions = each_view(online.projections, joint,
                            [&](const at::Tensor& z) { return apply(model.predictor, z, step.index); });
  }

  Outputs outputs;
  outputs.labels = labels;
  const auto features = at_least_float32(online.features), projections = at_least_float32(online.projections);
  targets = at_least_float32(std::move(targets));
  predictions = at_least_float32(std::move(predictions));
  for (std::size_t v = 0; v < views.size(); ++v)
    outputs.views.push_back({features[v], projections[v], needs.prediction ? predictions[v] : at::Tensor(),
                             needs.target ? targets[v] : at::Tensor()});
  return outputs;
}

}  // namespace byolab
