#pragma once

#include "record/history.hpp"
#include "train/model.hpp"
#include "train/train_step.hpp"

namespace byolab {

/// The columns of metrics/train: the host's own, then what the plugins report, in the declared order. A name
/// that an earlier one has gets its kind before it ("loss_temperature"), or the observer's name.
class BYOLAB_API TrainMetrics {
 public:
  TrainMetrics(const Model& model, const Observers& observers);

  const std::vector<std::string>& names() const { return names_; }
  GroupSpec group() const { return {"metrics/train", series_, "step"}; }
  std::vector<double> row(const Step& step, const StepOutcome& outcome, double seconds, double images_per_second) const;
  /// The first metric that the target rule declares, and its value in `row`; "" and NaN if it has none.
  const std::string& rule_metric() const { return rule_metric_; }
  double rule_value(const std::vector<double>& row) const;

 private:
  struct Source {
    Component* component;
    Callee callee;
    std::size_t metrics;  ///< how many it declared
  };
  void add(Component* component, const Callee& callee, const std::string& prefix = {});

  std::vector<Series> series_;
  std::vector<std::string> names_;  ///< of the series
  std::vector<Source> sources_;
  std::string rule_metric_;
};

}  // namespace byolab
