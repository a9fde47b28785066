#include "train/run_state.hpp"

#include <fmt/format.h>

#include "record/checkpoint_parts.hpp"

namespace byolab {

Checkpoint save_run(const Model& model, const Position& position, const std::string& identity, const History& history) {
  Checkpoint checkpoint;
  for (const auto& [name, module] : model.modules()) save_module(*module, checkpoint, name);
  for (const NamedComponent& one : model.components()) {
    StateSaver saver(checkpoint, one.name);
    guarded(one.callee, "state()", position.step, [&] { one.component->state(saver); });
  }
  checkpoint.integers["step"] = position.step;
  checkpoint.numbers["seconds"] = position.seconds;
  checkpoint.texts["started"] = position.started;
  checkpoint.texts["identity"] = identity;
  save_history(history, checkpoint);
  return checkpoint;
}

Position load_run(const Checkpoint& checkpoint, Model& model, const std::string& identity, const std::string& path) {
  const auto theirs = checkpoint.texts.find("identity");
  if (theirs == checkpoint.texts.end()) throw Error(fmt::format("{} is no run's checkpoint: it has no identity", path));
  if (theirs->second != identity)
    throw Error(fmt::format("{} is the checkpoint of another experiment: its identity is {}, this run's is {}", path,
                            theirs->second, identity),
                "resume with the same TOML, seed and threads; or start anew with --replace");
  for (const auto& [name, module] : model.modules()) load_module(*module, checkpoint, name);
  for (const NamedComponent& one : model.components()) {
    StateLoader loader(checkpoint, one.name);
    guarded(one.callee, "state()", -1, [&] { one.component->state(loader); });
    loader.finish();
  }
  return {checkpoint.integers.at("step"), checkpoint.numbers.at("seconds"), checkpoint.texts.at("started")};
}

}  // namespace byolab
