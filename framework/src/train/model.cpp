#include "train/model.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "byolab/capability.hpp"
#include "byolab/solved_head.hpp"
#include "checkpoint/checkpoint_parts.hpp"
#include "guard/given.hpp"
#include "train/decay.hpp"
#include "train/method_plan.hpp"
#include "train/model_state.hpp"
#include "train/optimize.hpp"
#include "train/starting_weights.hpp"
#include "train/target_rule.hpp"

namespace byolab {
namespace {

/// What float64 numbers are computed with. LibTorch's own Module::to() would make a BatchNorm's counter one of them,
/// too.
void raise_to_float64(torch::nn::Module& module) {
  for (std::vector<at::Tensor> tensors : {module.parameters(), module.buffers()})
    for (at::Tensor& tensor : tensors)
      if (tensor.defined() && tensor.is_floating_point()) tensor.set_data(tensor.detach().to(at::kDouble));
}

/// To the device, and convolutions' weights to the memory format, in place: other references stay good. Weights are
/// drawn in float32 before, so that a float64 run begins where the float32 one does.
void place(torch::nn::Module& module, const Compute& compute) {
  module.to(compute.device);
  if (compute.dtype == at::kDouble) raise_to_float64(module);
  for (at::Tensor& parameter : module.parameters())
    if (parameter.dim() == 4) parameter.set_data(parameter.detach().contiguous(compute.format));
}

/// What a part's random weights are drawn from, beside its name.
struct Origin {
  std::uint64_t seed = 0;
  std::int64_t step = 0;
};

template <class Interface>
Plugged<Interface> make_part(const Recipe& recipe, const PluginCatalogue& catalogue, const Compute& compute,
                             const Context& context, Origin origin, const std::string& use) {
  seed_torch(origin.seed, use, origin.step);
  Plugged<Interface> made = make_plugged<Interface>(recipe, catalogue, context);
  place(*made.object, compute);
  return made;
}

std::int64_t width_of(const Plugged<Encoder>& encoder) {
  return encoder.call("features()", -1, [](Encoder& f) { return checked_width(f.features(), "features()"); });
}
std::int64_t width_of(const Plugged<Head>& head) {
  return head.call("outputs()", -1, [](Head& g) { return checked_width(g.outputs(), "outputs()"); });
}

Context with_inputs(Context context, std::int64_t inputs) {
  context.inputs = inputs;
  return context;
}

/// What a method may want to know of an encoder that gives tokens.
void add_tokens(const Plugged<Encoder>& encoder, Context& context) {
  encoder.call("token_width()", -1, [&](Encoder& f) {
    const auto* able = capability<TokenEncoder>(f);
    if (!able) return;
    context.token_width = checked_width(able->token_width(), "token_width()");
    context.grid_height = checked_width(able->grid_height(context.height), "grid_height()");
    context.grid_width = checked_width(able->grid_width(context.width), "grid_width()");
  });
}

void freeze(torch::nn::Module& module, bool on) {
  if (!on) return;
  for (at::Tensor& parameter : module.parameters()) parameter.set_requires_grad(false);
}

/// The target never asks for gradients.
void detach_target(const Model& model) {
  freeze(*model.target_encoder.object, true);
  if (model.target_projector) freeze(*model.target_projector.object, true);
}

PartWeights weights_of(const std::string& part, torch::nn::Module& module) {
  PartWeights weights{part, {}, {}, {}, {}};
  for (const auto& item : module.named_parameters()) {
    weights.parameter_names.push_back(item.key());
    weights.parameters.push_back(item.value());
  }
  for (const auto& item : module.named_buffers()) {
    weights.buffer_names.push_back(item.key());
    weights.buffers.push_back(item.value());
  }
  return weights;
}

template <class Interface>
void add_parameters(std::vector<Parameter>& all, const std::string& part, const Plugged<Interface>& plugged,
                    double lr_factor) {
  const std::set<std::string> spared = without_decay(*plugged.object, *plugged.object, plugged.callee);
  for (const auto& item : plugged.object->named_parameters()) {
    if (!item.value().requires_grad()) continue;
    // Weights of layers have two dimensions or more; biases and the scales of normalisation layers have one.
    const bool bias_or_norm = item.value().dim() <= 1 || spared.contains(item.key());
    all.push_back({part, item.key(), item.value(), bias_or_norm, lr_factor});
  }
}

/// Whether the target has a copy of a part.
bool copies(const Model& model, const char* part) {
  return std::find(model.plan.target.begin(), model.plan.target.end(), part) != model.plan.target.end();
}

void load(Model& model, torch::nn::Module& module, const std::string& from, const char* side, const char* part,
          const Experiment& experiment) {
  const std::vector<std::string> notes = load_part(module, from, side, part, experiment);
  model.notes.insert(model.notes.end(), notes.begin(), notes.end());
}

void make_target_projector(Model& model, const Experiment& experiment, const PluginCatalogue& catalogue,
                           const Compute& compute, const Context& context, Origin origin) {
  model.target_projector = make_part<Head>(experiment.projector.recipe, catalogue, compute,
                                           with_inputs(context, context.features), origin, "target.projector");
}

void make_target(Model& model, const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute,
                 const Context& context) {
  const Origin origin{static_cast<std::uint64_t>(experiment.run.seed)};
  model.target_encoder =
      make_part<Encoder>(experiment.encoder.recipe, catalogue, compute, context, origin, "target.encoder");
  model.target_encoder.call("features()", -1, [&](Encoder& f) {
    if (const std::int64_t width = f.features(); width != context.features)
      throw Error(fmt::format("it gave {}, and {} when it was asked first", width, context.features),
                  "the width of a feature vector is the same at every call, and for the target's copy");
  });
  const bool projects = copies(model, "projector");
  if (projects) make_target_projector(model, experiment, catalogue, compute, context, origin);
  check_twins(model);
  if (!experiment.target.load.empty()) {
    load(model, *model.target_encoder.object, experiment.target.load, "target", "encoder", experiment);
    if (projects)
      load(model, *model.target_projector.object, experiment.target.load, "target", "projector", experiment);
  }
  detach_target(model);
  std::vector<PartWeights> parts{weights_of("encoder", *model.target_encoder.object)};
  if (projects) parts.push_back(weights_of("projector", *model.target_projector.object));
  model.target = Weights(std::move(parts));
  // A rule sees of the online network what the target has, too.
  if (!projects) model.online = model.online.only("encoder");
  if (experiment.target.init == TargetOptions::Init::online) model.target.copy_from(model.online);
}

/// All that the optimizer moves, at its first weights, and the optimizer. `context` gains the networks' widths.
Model make_online(const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute,
                  Context& context, const std::vector<View>& views, Origin origin) {
  Model model;
  model.encoder = make_part<Encoder>(experiment.encoder.recipe, catalogue, compute, context, origin, "encoder");
  context.features = width_of(model.encoder);
  model.projector = make_part<Head>(experiment.projector.recipe, catalogue, compute,
                                    with_inputs(context, context.features), origin, "projector");
  if (capability<SolvedHead>(*model.projector.object))
    throw Error(fmt::format("[projector] plugin = \"{}\": this head is solved for from targets, which only the "
                            "predictor gets",
                            model.projector.callee.name),
                "use it under [predictor]");
  context.projection = width_of(model.projector);
  model.predictor = make_part<Head>(experiment.predictor.recipe, catalogue, compute,
                                    with_inputs(context, context.projection), origin, "predictor");
  model.widths = {context.features, context.projection, width_of(model.predictor)};
  model.loss = make_part<Loss>(experiment.loss, catalogue, compute, context, origin, "loss");
  add_tokens(model.encoder, context);
  model.method = make_part<Method>(experiment.method, catalogue, compute, context, origin, "method");
  model.plan = plan_method(model.method, model.loss, views, experiment);
  model.optimizer = make_plugged<Optimizer>(experiment.optimizer, catalogue, context);

  load(model, *model.encoder.object, experiment.encoder.load, "online", "encoder", experiment);
  load(model, *model.projector.object, experiment.projector.load, "online", "projector", experiment);
  load(model, *model.predictor.object, experiment.predictor.load, "online", "predictor", experiment);
  model.online =
      Weights({weights_of("encoder", *model.encoder.object), weights_of("projector", *model.projector.object)});

  freeze(*model.encoder.object, experiment.encoder.freeze);
  freeze(*model.projector.object, experiment.projector.freeze);
  freeze(*model.predictor.object, experiment.predictor.freeze);
  add_parameters(model.parameters, "encoder", model.encoder, experiment.encoder.lr_factor);
  add_parameters(model.parameters, "projector", model.projector, experiment.projector.lr_factor);
  if (model.plan.predictor)
    add_parameters(model.parameters, "predictor", model.predictor, experiment.predictor.lr_factor);
  add_parameters(model.parameters, "method", model.method, 1);
  add_parameters(model.parameters, "loss", model.loss, 1);
  start_optimizer(model);
  return model;
}

}  // namespace

void Model::train(bool on) const {
  for (const NamedModule& network : modules()) network.module->train(on);
}

std::vector<NamedModule> Model::modules() const {
  const auto named = [](const char* name, const auto& plugged) {
    return NamedModule{name, plugged.object.get(), &plugged.callee};
  };
  std::vector<NamedModule> all{named("online/encoder", encoder), named("online/projector", projector),
                               named("online/predictor", predictor), named("method", method), named("loss", loss)};
  if (has_target()) all.push_back(named("target/encoder", target_encoder));
  if (target_projector) all.push_back(named("target/projector", target_projector));
  return all;
}

std::vector<NamedComponent> Model::components() const {
  const auto named = [](const char* name, const auto& plugged) {
    return NamedComponent{name, plugged.object.get(), plugged.callee};
  };
  std::vector<NamedComponent> all{named("state/encoder", encoder),     named("state/projector", projector),
                                  named("state/predictor", predictor), named("state/method", method),
                                  named("state/loss", loss),           named("state/optimizer", optimizer)};
  if (rule) all.push_back(named("state/target_update", rule));
  if (has_target()) all.push_back(named("state/target_encoder", target_encoder));
  if (target_projector) all.push_back(named("state/target_projector", target_projector));
  return all;
}

Model make_model(const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute,
                 const Context& base, const std::vector<View>& views) {
  Context context = base;
  Model model =
      make_online(experiment, catalogue, compute, context, views, {static_cast<std::uint64_t>(experiment.run.seed)});
  model.rule = make_plugged<TargetUpdate>(experiment.target.recipe, catalogue, context);
  const bool second_network =
      model.rule.call("has_network()", -1, [](TargetUpdate& rule) { return rule.has_network(); });
  if (experiment.target.gradient && second_network)
    throw Error(
        fmt::format("[target] gradient = true: target_update '{}' has a second network, into which no gradient flows",
                    model.rule.callee.name),
        "use plugin = \"online\", or write gradient = false if the file that this one extends has it");
  model.gradient_into_target = experiment.target.gradient;
  const bool wanted = copies(model, "encoder");
  if (!experiment.target.load.empty() && !(second_network && wanted))
    throw Error(fmt::format("[target] load: there is no second network that could start from these weights, with "
                            "target_update '{}' and loss '{}'",
                            model.rule.callee.name, model.loss.callee.name),
                "leave load out (load = \"\" takes an inherited one back), or use a target_update with a network of "
                "its own and a loss that needs it");
  if (second_network && wanted) make_target(model, experiment, catalogue, compute, context);
  if (model.has_target()) start_target(model);
  model.state_names = declared_state(model.components());
  model.inventory = take_inventory(model);
  return model;
}

void restart_online(Model& model, const Experiment& experiment, const PluginCatalogue& catalogue,
                    const Compute& compute, const Context& base, const std::vector<View>& views, std::int64_t step) {
  Context context = base;
  Model fresh = make_online(experiment, catalogue, compute, context, views,
                            {static_cast<std::uint64_t>(experiment.run.seed), step});
  fresh.state_names = declared_state(fresh.components());
  fresh.inventory = take_inventory(fresh);
  Checkpoint start;  // as a checkpoint of the fresh one is loaded
  save_model(fresh, start, step);
  load_model(model, start, Parts::online, step);
}

}  // namespace byolab
