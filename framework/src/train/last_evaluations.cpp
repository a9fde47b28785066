#include "train/last_evaluations.hpp"

namespace byolab {
namespace {

constexpr std::string_view kMetrics = "metrics/";        // evaluators' groups are in it …
constexpr std::string_view kTraining = "metrics/train";  // … and training's, which is none of them

}  // namespace

std::vector<EvaluationReport> last_evaluations(const History& history) {
  std::vector<EvaluationReport> reports;
  for (const GroupHistory& rows : history) {
    if (rows.steps.empty() || rows.group == kTraining || !rows.group.starts_with(kMetrics)) continue;
    EvaluationReport report{rows.steps.back(), rows.group.substr(kMetrics.size()), {}};
    for (std::size_t i = 0; i < rows.names.size(); ++i)
      report.values.emplace_back(rows.names[i], rows.columns[i].back());
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace byolab
