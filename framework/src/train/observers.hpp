#pragma once

#include "byolab/observer.hpp"
#include "checkpoint/checkpoint.hpp"
#include "train/model.hpp"

namespace byolab {

/// The observers of a run, [[observe]], in the order in which the experiment has them. Errors name the one at fault.
class Observers {
 public:
  struct One {
    std::string name;
    bool passive = false;
    Plugged<Observer> plugged;
  };

  /// Makes and prepares them. Throws Error for a passive one that scales gradients.
  Observers(const Experiment& experiment, const PluginCatalogue& catalogue, const Context& context, const Model& model);

  const std::vector<One>& all() const { return observers_; }
  bool none() const { return observers_.empty(); }

  void save(Checkpoint& checkpoint, std::int64_t step) const;
  /// Passive ones may be new to a run that goes on; for the others all state must be there.
  void load(const Checkpoint& checkpoint);

  void start(const std::string& folder, const Step& first) const;
  void before_step(const Step& step) const;
  /// `norms`: of the parameters' gradients, see Gradients.
  void gradients_ready(const std::vector<Parameter>& parameters, at::Tensor norms, const Step& step) const;
  void after_step(const Row& row, const Step& step);
  void epoch_end(const Step& step) const;
  void evaluated(const Row& row) const;
  /// The sentence with which one or several ended the run; "" while none did.
  const std::string& stopped_by() const { return stopped_by_; }
  /// What went wrong in an observer's end is no failure of the run, whose record is complete: told, one line each.
  std::vector<std::string> end(const Ending& ending) const;

 private:
  std::vector<NamedComponent> components() const;
  void ask_to_stop(const Step& step);

  std::vector<One> observers_;
  StateNames state_names_;
  std::string stopped_by_;
};

}  // namespace byolab
