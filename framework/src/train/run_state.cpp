#include "train/run_state.hpp"

#include <fmt/format.h>

#include "record/checkpoint_parts.hpp"
#include "train/model_state.hpp"

namespace byolab {

Checkpoint save_run(const Model& model, const Position& position, const std::string& identity, const History& history) {
  Checkpoint checkpoint;
  save_model(model, checkpoint, position.step);
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
  load_model(model, checkpoint, Parts::all, -1);
  return {checkpoint.integers.at("step"), checkpoint.numbers.at("seconds"), checkpoint.texts.at("started")};
}

}  // namespace byolab
