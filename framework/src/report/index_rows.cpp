#include "report/index_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace byolab {
namespace {

using IndexRow = std::map<std::string, std::string>;

std::string field(const IndexRow& row, const std::string& name) {
  const auto found = row.find(name);
  return found == row.end() ? std::string() : found->second;
}

/// NaN where there is none.
float number_in(const std::string& text) {
  char* end = nullptr;
  const float number = std::strtof(text.c_str(), &end);
  return text.empty() || *end != '\0' ? std::nanf("") : number;
}

/// "knn_top1" becomes a row of metrics/knn's top1.
void add_metric(RecordedRun& run, const std::string& column, const IndexRow& row) {
  const auto end = column.find('_');
  const float value = number_in(field(row, column));
  if (end == std::string::npos || std::isnan(value)) return;  // the table has NaN where a run has no such metric
  const std::string group = "metrics/" + column.substr(0, end), name = column.substr(end + 1);
  auto& groups = run.contents.groups;
  auto spec = std::find_if(groups.begin(), groups.end(), [&](const GroupSpec& g) { return g.group == group; });
  if (spec == groups.end()) {
    spec = groups.insert(spec, {group, {}});
    run.history.push_back({group, {}, {std::atoll(field(row, "steps").c_str())}, {}});
  }
  GroupHistory& rows = run.history[static_cast<std::size_t>(spec - groups.begin())];
  spec->columns.push_back({name, "", ""});
  rows.names.push_back(name);
  rows.columns.push_back({value});
}

}  // namespace

std::vector<RecordedRun> results_in_index(const std::filesystem::path& index, std::vector<std::string>& remarks) {
  const std::vector<std::string> metrics = read_sweep_head(index).metrics;
  if (metrics.empty())
    throw Error(index.string() + ": this index names no metrics", "name one that `byolab sweep` wrote");
  const std::vector<SweepEntry> entries = read_sweep(index);
  std::vector<RecordedRun> runs;
  for (const SweepEntry& entry : entries) {
    const std::string status = field(entry.fields, "status");
    if (status != "done" && status != "collapsed") continue;
    RecordedRun run;
    run.file = entry.file;
    run.label = field(entry.fields, "label");
    run.contents.attributes = {{"name", run.label},
                               {"status", status == "done" ? "finished" : status},
                               {"seed", field(entry.fields, "seed")},
                               {"run_id", field(entry.fields, "id")}};
    for (const std::string& metric : metrics) add_metric(run, metric, entry.fields);
    if (const std::string builds = field(entry.fields, "plugins"); !builds.empty())
      run.plugins.push_back({"", "", "", "", builds, "", 0});
    runs.push_back(std::move(run));
  }
  if (runs.size() < entries.size())
    remarks.push_back(fmt::format("{}: {} of {} trials have not finished, or failed: left out", index.string(),
                                  entries.size() - runs.size(), entries.size()));
  return runs;
}

}  // namespace byolab
