#pragma once

#include "record/checkpoint.hpp"
#include "train/model.hpp"

namespace byolab {

/// The names that each component's state() declares, by the component's own name: those of a new object, which are
/// those that a resumed run asks for.
std::map<std::string, std::set<std::string>> declared_state(const Model& model);

/// Weights and declared state of all parts. `step` is for messages. Throws Error if a component declares a name twice,
/// or other names than at first (Model::state_names).
void save_model(const Model& model, Checkpoint& checkpoint, std::int64_t step);

/// The parts of a model that a checkpoint fills.
enum class Parts { all, online };  ///< online: all but the target network and its rule

/// In place, so that all that refers to the model goes on to. Throws Error with all that does not fit.
void load_model(Model& model, const Checkpoint& checkpoint, Parts parts, std::int64_t step);

}  // namespace byolab
