#include "train/metric_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "support/text.hpp"

namespace byolab {
namespace {

/// Columns of the host's in the group that a plugin of this kind reports in.
const std::vector<std::string>& taken(Kind kind) {
  static const std::vector<std::string> scale{"step"};
  static const std::vector<std::string> training{"step", "epoch", "wall_time", "images_per_second", "loss", "z_std"};
  return kind == Kind::evaluator ? scale : training;
}

}  // namespace

std::vector<Metric> declared_metrics(const Callee& callee, const Component& component) {
  std::vector<Metric> metrics = guarded(callee, "metrics()", -1, [&] { return component.metrics(); });
  const auto& host = taken(callee.kind);
  std::set<std::string> names;
  for (const Metric& metric : metrics) {
    const std::string declares =
        fmt::format("{} declares the metric '{}'", text_of(callee), printable(shortened(metric.name)));
    if (!is_snake_case(metric.name))
      throw Error(
          declares + ", which is no name for a column of the record",
          "the plugin's author must write it in snake_case: small letters, digits and underscores, a letter first");
    if (std::find(host.begin(), host.end(), metric.name) != host.end())
      throw Error(declares + ", the name of a column of the host's", "the plugin's author must rename it");
    if (!names.insert(metric.name).second) throw Error(declares + " twice", "the plugin's author must rename one");
  }
  return metrics;
}

}  // namespace byolab
