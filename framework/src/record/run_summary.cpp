#include "record/run_summary.hpp"

#include <algorithm>
#include <string_view>

#include "record/disk.hpp"
#include "record/tree.hpp"

namespace byolab {
namespace {

using namespace hdf5;

/// "metrics/knn" and "top1" to "knn_top1".
std::string name_in_table(const GroupSpec& spec, const std::string& column) {
  return spec.group.substr(std::string_view("metrics/").size()) + "_" + column;
}

void add_group(const Reader& record, const GroupSpec& spec, RunSummary& summary) {
  const bool train = spec.group == "metrics/train";
  const hsize_t rows = record.length(spec.group + "/" + spec.scale);
  if (train) summary.steps = static_cast<std::int64_t>(rows);
  for (const Series& series : spec.columns) {
    const bool timed = train && series.name == "wall_time";
    if (train && !timed && series.name != "loss" && series.name != "z_std") continue;  // the others are no results
    float value = std::numeric_limits<float>::quiet_NaN();
    if (rows > 0) value = record.rows<float>(spec.group + "/" + series.name, rows - 1, 1)[0];
    if (timed)
      summary.seconds = rows > 0 ? value : 0;
    else
      summary.metrics.emplace_back(name_in_table(spec, series.name), value);
  }
}

}  // namespace

RunSummary read_summary(const std::filesystem::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Reader record = open_record(path);
    RunSummary summary;
    summary.run_id = record.attribute("/", "run_id");
    summary.status = record.attribute("/", "status");
    summary.reason = record.attribute("/", "reason");
    summary.started = record.attribute_if_there("/", "started");  // of a record that was made without it: ""
    summary.cpu = record.attribute_if_there("environment", "cpu");
    summary.dtype = record.attribute_if_there("environment", "dtype");
    for (const GroupSpec& spec : find_groups(record))
      if (spec.group.starts_with("metrics/")) add_group(record, spec, summary);
    for (TableRow& row : record.table("plugins", {"kind", "name", "version", "sha256"}))
      summary.plugins.push_back({row["kind"], row["name"], row["version"], "", row["sha256"], "", 0});
    return summary;
  });
}

}  // namespace byolab
