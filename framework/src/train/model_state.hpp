#pragma once

#include "checkpoint/checkpoint.hpp"
#include "train/model.hpp"

namespace byolab {

/// The names that components declare when they are new, which are those that a resumed run asks for.
StateNames declared_state(const std::vector<NamedComponent>& components);

/// Declared state. `step` is for messages. Throws Error, naming the plugin, if one declares a name twice, or other
/// names than `at_first`.
void save_states(const std::vector<NamedComponent>& components, const StateNames& at_first, Checkpoint& checkpoint,
                 std::int64_t step);
/// Throws Error, naming the plugin, with all that does not fit.
void load_states(const std::vector<NamedComponent>& components, const Checkpoint& checkpoint, std::int64_t step);

/// Throws Error, naming the plugin, if it declares state though its kind has none: nothing would save it.
void expect_stateless(const NamedComponent& component);

/// Weights and declared state of all parts.
void save_model(const Model& model, Checkpoint& checkpoint, std::int64_t step);

/// The parts of a model that a checkpoint fills.
enum class Parts { all, online };  ///< online: all but the target network and its rule

/// In place, so that all that refers to the model goes on to. Throws Error with all that does not fit.
void load_model(Model& model, const Checkpoint& checkpoint, Parts parts, std::int64_t step);

}  // namespace byolab
