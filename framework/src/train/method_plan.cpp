#include "train/method_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/problems.hpp"
#include "guard/given.hpp"

namespace byolab {
namespace {

/// With the place of the recipe's table, if the experiment has one.
[[noreturn]] void refuse(const Recipe& recipe, const std::string& sentence, const std::string& hint) {
  const Error error(sentence, hint);
  if (recipe.resolved.place.line > 0) throw PlacedError(recipe.resolved.place, error);
  throw error;
}

void ask_needs(const Plugged<Loss>& loss, std::vector<View>& views) {
  for (std::size_t v = 0; v < views.size(); ++v)
    views[v].needs = loss.call("needs_of()", -1, [&](Loss& one) { return one.needs_of(v, views.size()); });
}

void check_parts(const MethodPlan& plan) {
  constexpr std::array<const char*, 2> kParts{"encoder", "projector"};
  for (const std::string& part : plan.target)
    if (std::find(kParts.begin(), kParts.end(), part) == kParts.end())
      throw Error(fmt::format("its plan has a target of '{}'; a target has encoder, projector, or both", part));
  const auto has = [&](const char* part) {
    return std::find(plan.target.begin(), plan.target.end(), part) != plan.target.end();
  };
  if (has("projector") && !has("encoder"))
    throw Error("its plan has a target of a projector alone", "a target has an encoder, or there is none");
}

/// Of outputs that are not one for each view, the needs are those of the first view.
const Needs& needs_at(const std::vector<View>& views, std::size_t output, std::size_t outputs) {
  return views[outputs == views.size() ? output : 0].needs;
}

std::string name_at(const std::vector<View>& views, std::size_t output, std::size_t outputs) {
  return outputs == views.size() ? "view '" + views[output].name + "'" : fmt::format("output {}", output);
}

struct Demand {
  bool Needs::*needed;
  bool Gives::*given;
  const char* name;
};
constexpr std::array<Demand, 3> kDemands{{{&Needs::projection, &Gives::projection, "projection"},
                                          {&Needs::prediction, &Gives::prediction, "prediction"},
                                          {&Needs::target, &Gives::target, "target projection"}}};

/// With predictions, `projection` only says that a gradient flows.
bool asks(const Needs& needs, const Demand& demand) {
  return needs.*demand.needed && !(demand.needed == &Needs::projection && needs.prediction);
}

/// Who takes pairs as they come is content with one of each that it needs.
void check_some(const MethodPlan& plan, const std::vector<View>& views, const Demand& demand, const std::string& who,
                const Recipe& place) {
  const auto needs = [&](const View& view) { return view.needs.*demand.needed; };
  const auto gives = [&](const Gives& one) { return one.*demand.given; };
  if (std::none_of(views.begin(), views.end(), needs) || std::any_of(plan.gives.begin(), plan.gives.end(), gives))
    return;
  refuse(place, fmt::format("{} gives no {} of any view", who, demand.name),
         "name another loss, or a method that gives it");
}

void check_each(const MethodPlan& plan, const std::vector<View>& views, const Demand& demand, const std::string& who,
                const Recipe& place) {
  for (std::size_t v = 0; v < plan.gives.size(); ++v)
    if (asks(needs_at(views, v, plan.gives.size()), demand) && !(plan.gives[v].*demand.given))
      refuse(place, fmt::format("{} gives no {} of {}", who, demand.name, name_at(views, v, plan.gives.size())),
             "name a loss that takes views of which there is none, as byol does, or change [[views]] or [method]");
}

struct Planned {
  const char* name;
  const at::Tensor& tensor;
  bool planned;
};

void check_tensor(const Planned& one, std::size_t view) {
  const at::Tensor& made = one.tensor;
  if (!made.defined()) {
    if (one.planned)
      throw Error(fmt::format("it planned {} {}, and gave none", one.name, view),
                  "give what plan() says, or say less in MethodPlan::gives");
    return;
  }
  if (!is_plain(made) || made.dim() != 2)
    throw Error(fmt::format("it gave {} as {} {}; expected are dense floating-point rows [n, width]",
                            shape_text(made.sizes(), made.scalar_type()), one.name, view));
}

void check_pairs(const Outputs& outputs) {
  for (const auto& [prediction, target] : outputs.pairs) {
    const auto has = [&](std::size_t view, at::Tensor ViewOutputs::*what) {
      return view < outputs.views.size() && (outputs.views[view].*what).defined();
    };
    if (!has(prediction, &ViewOutputs::prediction) || !has(target, &ViewOutputs::target))
      throw Error(
          fmt::format("it pairs the prediction of view {} with the target of view {}, and gave only one of "
                      "them, or none",
                      prediction, target));
    const std::int64_t predicted = outputs.views[prediction].prediction.size(0),
                       sought = outputs.views[target].target.size(0);
    if (predicted != sought)
      throw Error(fmt::format("it pairs {} rows of predictions (view {}) with {} of targets (view {})", predicted,
                              prediction, sought, target));
  }
}

}  // namespace

void check_outputs(const Outputs& outputs, const MethodPlan& plan) {
  if (outputs.views.size() != plan.gives.size())
    throw Error(fmt::format("it gave outputs of {} views, and planned {}", outputs.views.size(), plan.gives.size()));
  for (std::size_t v = 0; v < outputs.views.size(); ++v) {
    const ViewOutputs& view = outputs.views[v];
    const Gives& gives = plan.gives[v];
    check_tensor({"the features of view", view.features, false}, v);
    check_tensor({"the projection of view", view.projection, gives.projection}, v);
    check_tensor({"the prediction of view", view.prediction, gives.prediction}, v);
    check_tensor({"the target of view", view.target, gives.target}, v);
  }
  check_pairs(outputs);
}

MethodPlan plan_method(const Plugged<Method>& method, const Plugged<Loss>& loss, std::vector<View> views,
                       const Experiment& experiment) {
  ask_needs(loss, views);
  MethodPlan plan;
  try {
    plan = method.call("plan()", -1, [&](Method& one) {
      MethodPlan made = one.plan(views);
      check_parts(made);
      if (made.gives.empty()) throw Error("it plans outputs of no view");
      return made;
    });
  } catch (const Error& error) {
    if (experiment.method.resolved.place.line > 0) throw PlacedError(experiment.method.resolved.place, error);
    throw;
  }
  const Needs needs = loss.call("needs()", -1, [](Loss& one) { return one.needs(); });
  const std::string who =
      fmt::format("loss '{}' does not fit method '{}', which", loss.callee.name, method.callee.name);
  if (plan.own_pairs && !needs.pairs)
    refuse(experiment.loss, who + " pairs predictions and targets in its own way: the loss does not look at pairs",
           "name a loss that takes predictions and targets by Outputs::pairs, as byol does");
  for (const Demand& demand : kDemands)
    if (needs.pairs && demand.needed != &Needs::projection)
      check_some(plan, views, demand, who, experiment.loss);
    else
      check_each(plan, views, demand, who, experiment.loss);
  return plan;
}

}  // namespace byolab
