#pragma once

#include <filesystem>
#include <map>
#include <set>

#include "byolab/encoder.hpp"
#include "byolab/head.hpp"
#include "byolab/method.hpp"
#include "byolab/optimizer.hpp"
#include "byolab/target_update.hpp"
#include "config/experiment.hpp"
#include "train/compute.hpp"
#include "train/inventory.hpp"
#include "train/plugged.hpp"

namespace byolab {

struct NamedModule {
  std::string name;  ///< "online/encoder", "target/projector", "loss"
  torch::nn::Module* module = nullptr;
  const Callee* callee = nullptr;
};

struct NamedComponent {
  std::string name;  ///< "state/loss"
  Component* component = nullptr;
  Callee callee;
};

/// What each component's state() declares, by the component's name.
using StateNames = std::map<std::string, std::set<std::string>>;

/// How wide the online network's vectors are.
struct Widths {
  std::int64_t features = 0, projection = 0, prediction = 0;
};

/// The networks of an experiment, and the rules that move them.
struct Model {
  Plugged<Encoder> encoder, target_encoder;              ///< the target's are empty where there is no second network
  Plugged<Head> projector, predictor, target_projector;  ///< the target's may be missing where the plan wants none
  Plugged<Method> method;
  MethodPlan plan;  ///< the method's, for the views of the run and the loss
  Plugged<Loss> loss;
  Plugged<TargetUpdate> rule;
  Plugged<Optimizer> optimizer;
  Widths widths;
  bool gradient_into_target = false;  ///< [target] gradient: the online network is its own target, undetached

  Weights online, target;             ///< encoder and projector; views of the modules' own tensors
  std::vector<Parameter> parameters;  ///< what the optimizer moves
  StateNames state_names;             ///< of components(), when they were new
  Inventory inventory;                ///< what each network was made with
  std::vector<std::string> notes;     ///< of the weights that parts start from: what was renamed or ignored

  bool has_target() const { return static_cast<bool>(target_encoder); }
  /// Training or evaluation mode, of all parts.
  void train(bool on) const;
  /// All modules under the names that checkpoints use.
  std::vector<NamedModule> modules() const;
  /// All components with declared state, under such names.
  std::vector<NamedComponent> components() const;
};

/// Makes every part with random numbers of its own (a part's initial weights depend on seed and part alone),
/// moves it to the device, applies `load` and `freeze`, and starts optimizer and target rule.
/// `views`: what an image is made into. Throws Error for what only then can be told: `gradient` with a second network,
/// weights that do not fit, views and a loss that the method cannot serve.
BYOLAB_API Model make_model(const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute,
                            const Context& context, const std::vector<View>& views);

/// Gives the online network new random weights, drawn from the seed and `step`, and clears the optimizer's state. What
/// `load` names is loaded again.
void restart_online(Model& model, const Experiment& experiment, const PluginCatalogue& catalogue,
                    const Compute& compute, const Context& context, const std::vector<View>& views, std::int64_t step);

}  // namespace byolab
