#include "two_networks.hpp"

#include <algorithm>

namespace {

/// Those at some places of `all`.
byolab::Tensors those(const byolab::Tensors& all, const std::vector<std::size_t>& places) {
  byolab::Tensors some;
  for (const std::size_t i : places) some.push_back(all[i]);
  return some;
}

/// `some` at their places among `views`; undefined at the others.
byolab::Tensors spread(const byolab::Tensors& some, const std::vector<std::size_t>& places, std::size_t views) {
  byolab::Tensors all(views);
  for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = some[i];
  return all;
}

/// What a view's prediction is to meet first: the target of the next view that has one.
const at::Tensor& next_target(const byolab::Tensors& targets, std::size_t view) {
  for (std::size_t i = 1; i < targets.size(); ++i)
    if (const at::Tensor& next = targets[(view + i) % targets.size()]; next.defined()) return next;
  return targets[view];
}

}  // namespace

byolab::MethodPlan TwoNetworks::plan(const std::vector<byolab::View>& views) {
  online_.clear();
  predicted_.clear();
  targeted_.clear();
  byolab::MethodPlan plan;
  for (std::size_t v = 0; v < views.size(); ++v) {
    const auto& [target, prediction, labels, projection, pairs] = views[v].needs;
    const bool online = projection || prediction, targeted = target && views[v].target;
    if (!online && !targeted)
      throw byolab::Error("no network sees view '" + views[v].name + "': the loss needs no projection of it, and " +
                              (target ? "[[views]] target = false keeps it from the target" : "no target"),
                          target ? "drop target = false there, or leave the view out" : "leave the view out");
    if (online) online_.push_back(v);
    if (prediction) predicted_.push_back(v);
    if (targeted) targeted_.push_back(v);
    plan.gives.push_back({online, prediction, targeted});
  }
  if (views.size() == 1 && !predicted_.empty() && !targeted_.empty())
    throw byolab::Error("a prediction is to meet another view's target, and '" + views[0].name + "' is the only view",
                        "write two [[views]], or count = 2");
  plan.predictor = !predicted_.empty();
  if (targeted_.empty()) plan.target.clear();
  return plan;
}

byolab::Outputs TwoNetworks::forward(byolab::Networks& networks, const byolab::Batch& batch, const byolab::Step&) {
  const std::size_t views = batch.views.size();
  // Without a second network, what is to be a target comes from the online one.
  Places seen = online_;
  if (!networks.target())
    for (const std::size_t v : targeted_)
      if (std::find(seen.begin(), seen.end(), v) == seen.end()) seen.push_back(v);
  std::sort(seen.begin(), seen.end());
  const byolab::Tensors encoded = networks.online().encode(those(batch.views, seen));
  const byolab::Tensors features = spread(encoded, seen, views);
  const byolab::Tensors projections = spread(networks.online().project(encoded), seen, views);
  const byolab::Tensors targets = targets_of(networks, batch, projections);
  const byolab::Tensors predictions = predict(networks, projections, targets);

  byolab::Outputs outputs;
  for (std::size_t v = 0; v < views; ++v)
    outputs.views.push_back({features[v], projections[v], predictions[v], targets[v]});
  for (const std::size_t i : predicted_)
    for (const std::size_t j : targeted_)
      if (i != j) outputs.pairs.push_back({i, j});
  return outputs;
}

byolab::Tensors TwoNetworks::targets_of(byolab::Networks& networks, const byolab::Batch& batch,
                                        const byolab::Tensors& projections) const {
  if (byolab::Network* target = networks.target())
    return spread(target->project(target->encode(those(batch.views, targeted_))), targeted_, batch.views.size());
  return spread(networks.as_targets(those(projections, targeted_)), targeted_, batch.views.size());
}

byolab::Tensors TwoNetworks::predict(byolab::Networks& networks, const byolab::Tensors& projections,
                                     const byolab::Tensors& targets) const {
  const byolab::Tensors predicting = those(projections, predicted_);
  if (!predicted_.empty() && !targeted_.empty()) {
    byolab::Tensors sought;
    for (const std::size_t v : predicted_) sought.push_back(next_target(targets, v));
    networks.solve_predictor(predicting, sought);
  }
  return spread(networks.online().predict(predicting), predicted_, projections.size());
}
