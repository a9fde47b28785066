#include "train/model_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkpoint/checkpoint_parts.hpp"

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

StateNames declared_state(const std::vector<NamedComponent>& components) {
  StateNames names;
  Checkpoint scratch;
  for (const NamedComponent& one : components) names[one.name] = save_component(one, scratch, -1);
  return names;
}

void save_states(const std::vector<NamedComponent>& components, const StateNames& at_first, Checkpoint& checkpoint,
                 std::int64_t step) {
  for (const NamedComponent& one : components)
    check_names(one, save_component(one, checkpoint, step), at_first.at(one.name), step);
}

void load_states(const std::vector<NamedComponent>& components, const Checkpoint& checkpoint, std::int64_t step) {
  for (const NamedComponent& one : components)
    guarded(one.callee, "state()", step, [&] { load_state(*one.component, checkpoint, one.name); });
}

void expect_stateless(const NamedComponent& one) {
  Checkpoint scratch;
  const std::set<std::string> names = save_component(one, scratch, -1);
  if (names.empty()) return;
  guarded(one.callee, "state()", -1, [&] {
    throw Error(fmt::format("it declares '{}', and nothing would save it", *names.begin()),
                "what a data set or an augmentation gives may depend on its options and arguments alone: it is called "
                "from several threads, in any order");
  });
}

void save_model(const Model& model, Checkpoint& checkpoint, std::int64_t step) {
  check_inventory(model, step);
  for (const NamedModule& network : model.modules()) save_module(*network.module, checkpoint, network.name);
  save_states(model.components(), model.state_names, checkpoint, step);
}

void load_model(Model& model, const Checkpoint& checkpoint, Parts parts, std::int64_t step) {
  const auto unwanted = [&](const auto& one) { return parts == Parts::online && is_of_target(one.name); };
  for (const NamedModule& network : model.modules())
    if (!unwanted(network)) load_module(*network.module, checkpoint, network.name);
  std::vector<NamedComponent> components = model.components();
  std::erase_if(components, unwanted);
  load_states(components, checkpoint, step);
}

}  // namespace byolab
