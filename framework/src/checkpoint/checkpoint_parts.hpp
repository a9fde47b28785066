#pragma once

#include <set>

#include <torch/nn/module.h>

#include "byolab/component.hpp"
#include "checkpoint/checkpoint.hpp"
#include "record/history.hpp"

namespace byolab {

// How components, modules and the record's rows get into a checkpoint and back. All names are put under
// `prefix` + "/". Loading is strict: every missing, superfluous, or wrongly shaped entry is named in one Error.

/// `StateSaver saver(checkpoint, "optimizer"); optimizer.state(saver);`
class BYOLAB_API StateSaver final : public State {
 public:
  StateSaver(Checkpoint& checkpoint, std::string prefix);
  ~StateSaver() override;
  using State::operator();
  void operator()(const std::string& name, at::Tensor& value) override;
  void operator()(const std::string& name, std::int64_t& value) override;
  void operator()(const std::string& name, double& value) override;
  const std::set<std::string>& names() const { return names_; }

 private:
  /// The name in the checkpoint. Throws Error if it was declared before, as whichever type.
  std::string key_of(const std::string& name);

  Checkpoint& checkpoint_;
  std::string prefix_;
  std::set<std::string> names_;
};

/// `StateLoader loader(checkpoint, "optimizer"); optimizer.state(loader); loader.finish();`
/// A defined tensor is filled in place (same shape and dtype wanted); an undefined one gets its own copy.
class BYOLAB_API StateLoader final : public State {
 public:
  StateLoader(const Checkpoint& checkpoint, std::string prefix);
  ~StateLoader() override;
  using State::operator();
  void operator()(const std::string& name, at::Tensor& value) override;
  void operator()(const std::string& name, std::int64_t& value) override;
  void operator()(const std::string& name, double& value) override;
  /// Throws Error with all that did not fit.
  void finish();

 private:
  /// Of a name that is not there as what is wanted.
  void miss(const std::string& key, const char* wanted);

  const Checkpoint& checkpoint_;
  std::string prefix_;
  std::set<std::string> visited_;
  std::vector<std::string> problems_;
};

BYOLAB_API void save_state(Component& component, Checkpoint& checkpoint, const std::string& prefix);
BYOLAB_API void load_state(Component& component, const Checkpoint& checkpoint, const std::string& prefix);

/// Parameters and buffers of a module, by their names.
BYOLAB_API void save_module(const torch::nn::Module& module, Checkpoint& checkpoint, const std::string& prefix);
BYOLAB_API void load_module(torch::nn::Module& module, const Checkpoint& checkpoint, const std::string& prefix);
/// The same from named tensors (`read_weights`); of these, those under `prefix` if it is not empty. `source`
/// names them in errors: a path.
BYOLAB_API void load_weights(torch::nn::Module& module, const std::map<std::string, at::Tensor>& weights,
                             const std::string& prefix, const std::string& source);

/// The record's rows, under "record/".
BYOLAB_API void save_history(const History& history, Checkpoint& checkpoint);
BYOLAB_API History load_history(const Checkpoint& checkpoint);

}  // namespace byolab
