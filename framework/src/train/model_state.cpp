#include "train/model_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "record/checkpoint_parts.hpp"

namespace byolab {
namespace {

std::set<std::string> save_component(const NamedComponent& one, Checkpoint& checkpoint, std::int64_t step) {
  StateSaver saver(checkpoint, one.name);
  guarded(one.callee, "state()", step, [&] { one.component->state(saver); });
  return saver.names();
}

/// A checkpoint with other names could not be loaded again.
void check_names(const NamedComponent& one, const std::set<std::string>& now, const std::set<std::string>& at_first,
                 std::int64_t step) {
  if (now == at_first) return;
  std::vector<std::string> differing;
  std::set_symmetric_difference(now.begin(), now.end(), at_first.begin(), at_first.end(),
                                std::back_inserter(differing));
  guarded(one.callee, "state()", step, [&] {
    throw Error(fmt::format("it declares '{}' {}", differing.front(),
                            now.contains(differing.front()) ? "now, and did not when it was new"
                                                            : "no longer, and did when it was new"),
                "state() declares the same names at every call (undefined tensors are allowed)");
  });
}

bool is_of_target(const std::string& name) { return name.starts_with("target/") || name.starts_with("state/target"); }

}  // namespace

std::map<std::string, std::set<std::string>> declared_state(const Model& model) {
  std::map<std::string, std::set<std::string>> names;
  Checkpoint scratch;
  for (const NamedComponent& one : model.components()) names[one.name] = save_component(one, scratch, -1);
  return names;
}

void save_model(const Model& model, Checkpoint& checkpoint, std::int64_t step) {
  check_inventory(model, step);
  for (const NamedModule& network : model.modules()) save_module(*network.module, checkpoint, network.name);
  for (const NamedComponent& one : model.components())
    check_names(one, save_component(one, checkpoint, step), model.state_names.at(one.name), step);
}

void load_model(Model& model, const Checkpoint& checkpoint, Parts parts, std::int64_t step) {
  const auto wanted = [&](const std::string& name) { return parts == Parts::all || !is_of_target(name); };
  for (const NamedModule& network : model.modules())
    if (wanted(network.name)) load_module(*network.module, checkpoint, network.name);
  for (const NamedComponent& one : model.components()) {
    if (!wanted(one.name)) continue;
    StateLoader loader(checkpoint, one.name);
    guarded(one.callee, "state()", step, [&] { one.component->state(loader); });
    loader.finish();
  }
}

}  // namespace byolab
