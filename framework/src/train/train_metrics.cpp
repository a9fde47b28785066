#include "train/train_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "support/text.hpp"
#include "train/metric_names.hpp"

namespace byolab {

TrainMetrics::TrainMetrics(const Model& model, const Observers& observers)
    : series_{
          {"epoch", "epochs begun before this step", "1"},
          {"wall_time", "time in training, over all starts of the run", "s"},
          {"images_per_second", "images of the data set a second, each in all of its views", "1/s"},
          {"loss", "objective, mean over the batch", "1"},
          {"z_std", "std of l2-normalised online projections, mean over dimensions, times sqrt(d); near 0: collapsed",
           "1"}} {
  add(model.encoder.object.get(), model.encoder.callee);
  add(model.projector.object.get(), model.projector.callee);
  add(model.predictor.object.get(), model.predictor.callee);
  add(model.method.object.get(), model.method.callee);
  add(model.loss.object.get(), model.loss.callee);
  const std::size_t before = series_.size();
  if (model.has_target()) add(model.rule.object.get(), model.rule.callee);
  if (series_.size() > before) rule_metric_ = series_[before].name;
  add(model.optimizer.object.get(), model.optimizer.callee);
  for (const Observers::One& one : observers.all())
    add(one.plugged.object.get(), one.plugged.callee, is_snake_case(one.name) ? one.name : "");
  for (const Series& series : series_) names_.push_back(series.name);
}

void TrainMetrics::add(Component* component, const Callee& callee, const std::string& prefix) {
  const std::vector<Metric> metrics = declared_metrics(callee, *component);
  if (metrics.empty()) return;
  sources_.push_back({component, callee, metrics.size()});
  for (const Metric& metric : metrics) {
    std::string name = metric.name;
    const auto taken = [&](const Series& other) { return other.name == name; };
    while (std::any_of(series_.begin(), series_.end(), taken))
      name = fmt::format("{}_{}", prefix.empty() ? name_of(callee.kind) : prefix, name);
    series_.push_back({name, metric.meaning, metric.unit});
  }
}

std::vector<double> TrainMetrics::row(const Step& step, const StepOutcome& outcome, double seconds,
                                      double images_per_second) const {
  std::vector<double> row{static_cast<double>(step.epoch()), seconds, images_per_second, outcome.loss, outcome.z_std};
  for (const Source& source : sources_) {
    const std::vector<double> values = guarded(source.callee, "values()", step.index, [&] {
      std::vector<double> given = source.component->values();
      if (given.size() != source.metrics)
        throw Error(fmt::format("it gave {} numbers for {} declared metrics", given.size(), source.metrics),
                    "values() returns one value for each of metrics(), in that order");
      return given;
    });
    row.insert(row.end(), values.begin(), values.end());
  }
  return row;
}

double TrainMetrics::rule_value(const std::vector<double>& row) const {
  for (std::size_t i = 0; i < series_.size(); ++i)
    if (series_[i].name == rule_metric_) return row[i];
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace byolab
