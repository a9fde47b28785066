#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "byolab/error.hpp"

namespace at {
class Tensor;
}

namespace byolab {

enum class Kind {
  encoder,
  head,
  augmentation,
  loss,
  target_update,
  optimizer,
  schedule,
  dataset,
  evaluator,
  observer,
  method
};

/// The kind's name as it is written in TOML and on the command line: "target_update".
BYOLAB_API const char* name_of(Kind kind);

/// A scalar that a plugin reports; declared before the run starts, since HDF5 wants it so.
struct Metric {
  std::string name;     ///< snake_case; becomes a dataset's name
  std::string meaning;  ///< one line
  std::string unit = "1";
};

/// Declared state: what a checkpoint must hold so that the next step is the same, bit for bit.
/// One declaration serves saving, restoring and moving to a device; the host decides which.
class __attribute__((visibility("default"))) State {
 public:
  virtual ~State();
  virtual void operator()(const std::string& name, at::Tensor& value) = 0;  ///< undefined is allowed
  virtual void operator()(const std::string& name, std::int64_t& value) = 0;
  virtual void operator()(const std::string& name, double& value) = 0;
  void operator()(const std::string& name, std::vector<at::Tensor>& values);
};

/// For a plugin that holds others: `inner->state(...)` with a PrefixedState names their state "prefix.name".
class __attribute__((visibility("default"))) PrefixedState final : public State {
 public:
  PrefixedState(State& state, const std::string& prefix);
  ~PrefixedState() override;
  using State::operator();
  void operator()(const std::string& name, at::Tensor& value) override;
  void operator()(const std::string& name, std::int64_t& value) override;
  void operator()(const std::string& name, double& value) override;

 private:
  State& state_;
  std::string prefix_;
};

/// What every plugin is. Objects are made, used and destroyed on the host's training thread, unless a
/// kind's header says otherwise.
class __attribute__((visibility("default"))) Component {
 public:
  virtual ~Component();

  /// Declares state beyond a module's parameters and buffers (those are saved by themselves).
  virtual void state(State&) {}
  /// The scalars that this object reports.
  virtual std::vector<Metric> metrics() const { return {}; }
  /// The newest value of each declared metric, in the declared order. Called after each step.
  virtual std::vector<double> values() const { return {}; }
};

}  // namespace byolab
