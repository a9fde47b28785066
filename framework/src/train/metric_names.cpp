#include "train/metric_names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "byolab/evaluator.hpp"
#include "support/text.hpp"
#include "train/plugged.hpp"

namespace byolab {
namespace {

constexpr std::size_t kMostMetrics = 500;

/// Columns of the host's in the group that a plugin of this kind reports in.
const std::vector<std::string>& taken(Kind kind) {
  static const std::vector<std::string> scale{"step"};
  static const std::vector<std::string> training{"step", "epoch", "wall_time", "images_per_second", "loss", "z_std"};
  return kind == Kind::evaluator ? scale : training;
}

/// What is wrong with a name; empty if nothing is.
std::string fault_of(Kind kind, const std::string& name) {
  if (!is_snake_case(name)) return "is no name for a column of the record";
  const auto& host = taken(kind);
  return std::find(host.begin(), host.end(), name) == host.end() ? "" : "is the name of a column of the host's";
}

}  // namespace

std::vector<Metric> declared_metrics(const Callee& callee, const Component& component) {
  std::vector<Metric> metrics = guarded(callee, "metrics()", -1, [&] { return component.metrics(); });
  if (metrics.size() > kMostMetrics)
    throw Error(fmt::format("{} declares {} metrics; at most {} are recorded of a plugin", text_of(callee),
                            metrics.size(), kMostMetrics),
                "metrics are scalars to be plotted; keep larger things in a file of the plugin's own");
  std::vector<std::string> problems;
  std::set<std::string> names;
  for (const Metric& metric : metrics) {
    const std::string problem =
        names.insert(metric.name).second ? fault_of(callee.kind, metric.name) : "stands there twice";
    if (!problem.empty()) problems.push_back(fmt::format("'{}' {}", printable(shortened(metric.name)), problem));
  }
  if (!problems.empty())
    throw Error(
        fmt::format("{} declares metrics that cannot be recorded: {}", text_of(callee), fmt::join(problems, "; ")),
        "the plugin's author must rename them, in snake_case: small letters, digits, underscores, a letter first");
  for (Metric& metric : metrics) {  // every reader of the record takes them for UTF-8
    metric.meaning = printable(metric.meaning);
    metric.unit = printable(metric.unit);
  }
  return metrics;
}

std::vector<Metric> evaluator_metrics(const EvaluateOptions& options, const PluginCatalogue& catalogue) {
  const auto made = make_plugged<Evaluator>(options.recipe, catalogue, Context{});
  return declared_metrics(made.callee, *made.object);
}

}  // namespace byolab
