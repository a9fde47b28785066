#pragma once

#include <span>

#include "byolab/optimizer.hpp"

namespace byolab {

/// One row of a group of the record.
struct Row {
  const std::string& group;  ///< "metrics/train", or "metrics/" and an evaluator's name
  std::int64_t step = 0;     ///< of metrics/train: index of the step; of an evaluator: steps done before it
  const std::vector<std::string>& names;  ///< of the columns
  std::span<const double> values;         ///< as many; NaN where there is none
};

/// The gradients of a step, before the optimizer uses them: means over what was accumulated, all finite.
struct Gradients {
  const std::vector<Parameter>& parameters;
  at::Tensor norms;  ///< [parameters]: L2 norm of each gradient as it is now, 0 for one that got none
};

/// The run that is observed.
struct RunView {
  std::string folder;  ///< absolute path of the run's folder: files that an observer writes belong there
  std::string name;    ///< of the observer, as the experiment has it; unique
  Step first;          ///< the next step; index 0 unless the run was resumed
};

/// How a run ended.
struct Ending {
  std::string status;  ///< "finished", "stopped", "collapsed", "diverged"; "failed" where an error ends it
  std::string reason;  ///< a sentence; "" for one that finished
  std::int64_t steps = 0;
};

/// Looks on while a run trains: [[observe]]. All calls come from the training thread, those of several observers in
/// the order in which the experiment has them. Metrics become columns of metrics/train.
///
/// An observer that neither scales gradients nor stops a run has `static constexpr bool kPassive = true`: it is no part
/// of the run's identity, can be added to a run that is resumed, and the host holds it to that.
class __attribute__((visibility("default"))) Observer : public Component {
 public:
  static constexpr Kind kKind = Kind::observer;
  ~Observer() override;

  /// Once, before `metrics`, `state` and all below: what will be trained.
  virtual void prepare(const std::vector<Parameter>& parameters);
  /// Once, before the first step of each start of the run; declared state is restored.
  virtual void start(const RunView& run);
  /// Before anything else of a step.
  virtual void before_step(const Step& step);
  /// Between the backward pass and the optimizer. Only with `scales_gradients` may gradients be changed, in place and
  /// each by a number ≥ 0.
  virtual void gradients_ready(const Gradients& gradients, const Step& step);
  /// True for one that scales gradients (clips them).
  virtual bool scales_gradients() const { return false; }
  /// After each step, with the row that it got in metrics/train. The values of this observer's own metrics in it are
  /// those of this step.
  virtual void after_step(const Row& row, const Step& step);
  /// After the last step of an epoch.
  virtual void epoch_end(const Step& step);
  /// After each evaluation, with what the evaluator found.
  virtual void evaluated(const Row& row);
  /// Why the run should end after this step, as a sentence; "" to go on. It then is evaluated and finished.
  virtual std::string should_stop(const Step& step);
  /// Once, when the run has ended and its record is complete.
  virtual void end(const Ending& ending);
};

}  // namespace byolab
