#include "record/run_reader.hpp"

#include <algorithm>

#include "record/disk.hpp"
#include "record/tree.hpp"

namespace byolab {
namespace {

using namespace hdf5;

GroupHistory read_group(const Reader& record, const GroupSpec& spec) {
  GroupHistory rows;
  rows.group = spec.group;
  const std::string scale = spec.group + "/" + spec.scale;
  hsize_t count = record.length(scale);
  for (const Series& series : spec.columns) {
    count = std::min(count, record.length(spec.group + "/" + series.name));
    rows.names.push_back(series.name);
  }
  rows.steps = record.rows<std::int64_t>(scale, 0, count);
  for (const Series& series : spec.columns)
    rows.columns.push_back(record.rows<float>(spec.group + "/" + series.name, 0, count));
  return rows;
}

/// What every reader of a record relies on.
void need_attributes(const Reader& record) {
  for (const char* name : {"run_id", "name", "status", "started"}) record.attribute("/", name);
  record.integer_attribute("/", "seed");
}

}  // namespace

RunContents read_contents(const std::filesystem::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Reader record = open_record(path);
    need_attributes(record);
    RunContents contents;
    contents.attributes = record.attributes("/");
    contents.environment = record.attributes("environment");
    contents.source_toml = record.text("config/source");
    contents.resolved_toml = record.text("config/resolved");
    contents.groups = find_groups(record);
    return contents;
  });
}

History read_history(const std::filesystem::path& path, const std::vector<std::string>& groups) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Reader record = open_record(path);
    History history;
    for (const GroupSpec& spec : find_groups(record))
      if (groups.empty() || std::find(groups.begin(), groups.end(), spec.group) != groups.end())
        history.push_back(read_group(record, spec));
    return history;
  });
}

std::vector<PluginInfo> read_plugins(const std::filesystem::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    std::vector<PluginInfo> plugins;
    for (TableRow& row :
         open_record(path).table("plugins", {"kind", "name", "version", "library", "sha256", "fingerprint"}))
      plugins.push_back(
          {row["kind"], row["name"], row["version"], row["library"], row["sha256"], row["fingerprint"], 0});
    return plugins;
  });
}

}  // namespace byolab
