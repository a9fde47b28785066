#include "report/index_rows.hpp"

#include <cstdlib>

namespace byolab {
namespace {

using Row = std::map<std::string, std::string>;

std::string field(const Row& row, const std::string& name) {
  const auto found = row.find(name);
  return found == row.end() ? std::string() : found->second;
}

/// "knn_top1" becomes a row of metrics/knn's top1.
void add_metric(RecordedRun& run, const std::string& column, const Row& row) {
  const auto end = column.find('_');
  const std::string text = field(row, column);
  if (end == std::string::npos || text.empty()) return;
  const std::string group = "metrics/" + column.substr(0, end), name = column.substr(end + 1);
  if (run.contents.groups.empty() || run.contents.groups.back().group != group) {
    run.contents.groups.push_back({group, {}});
    run.history.push_back({group, {}, {std::atoll(field(row, "steps").c_str())}, {}});
  }
  run.contents.groups.back().columns.push_back({name, "", ""});
  run.history.back().names.push_back(name);
  run.history.back().columns.push_back({std::strtof(text.c_str(), nullptr)});
}

}  // namespace

std::vector<RecordedRun> results_in_index(const std::filesystem::path& index) {
  const std::vector<std::string> metrics = read_sweep_head(index).metrics;
  std::vector<RecordedRun> runs;
  for (const SweepEntry& entry : read_sweep(index)) {
    const std::string status = field(entry.fields, "status");
    if (status != "done" && status != "collapsed") continue;
    RecordedRun run;
    run.file = entry.file;
    run.label = field(entry.fields, "label");
    run.contents.attributes = {
        {"name", run.label}, {"status", status == "done" ? "finished" : status}, {"seed", field(entry.fields, "seed")}};
    for (const std::string& metric : metrics) add_metric(run, metric, entry.fields);
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace byolab
