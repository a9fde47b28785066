#include "record/run_summary.hpp"

#include <algorithm>
#include <string_view>

#include "record/disk.hpp"
#include "record/tree.hpp"

namespace byolab {
namespace {

using namespace hdf5;

float read_value(hid_t dataset, hsize_t row) {
  const hsize_t one = 1;
  float value = 0;
  const Id memory(H5Screate_simple(1, &one, nullptr), &H5Sclose, "make a selection");
  const Id space(H5Dget_space(dataset), &H5Sclose, "make a selection");
  check(H5Sselect_hyperslab(space, H5S_SELECT_SET, &row, nullptr, &one, nullptr), "make a selection");
  check(H5Dread(dataset, H5T_NATIVE_FLOAT, memory, space, H5P_DEFAULT, &value), "read a value");
  return value;
}

/// "metrics/knn" and "top1" to "knn_top1".
std::string name_in_table(const GroupSpec& spec, const std::string& column) {
  return spec.group.substr(std::string_view("metrics/").size()) + "_" + column;
}

void add_group(hid_t file, const GroupSpec& spec, RunSummary& summary) {
  const bool train = spec.group == "metrics/train";
  const hsize_t rows = length_of(open_dataset(file, spec.group + "/" + spec.scale));
  if (train) summary.steps = static_cast<std::int64_t>(rows);
  for (const Series& series : spec.columns) {
    const bool timed = train && series.name == "wall_time";
    if (train && !timed && series.name != "loss" && series.name != "z_std") continue;  // the others are no results
    float value = std::numeric_limits<float>::quiet_NaN();
    if (rows > 0) value = read_value(open_dataset(file, spec.group + "/" + series.name), rows - 1);
    if (timed)
      summary.seconds = rows > 0 ? value : 0;
    else
      summary.metrics.emplace_back(name_in_table(spec, series.name), value);
  }
}

/// Of a record that was made without it: "".
std::string read_if_there(hid_t object, const char* name) {
  return H5Aexists(object, name) > 0 ? read_attribute(object, name) : std::string();
}

/// The texts of one column of /plugins.
std::vector<PluginInfo> read_plugins(hid_t file) {
  const Id table = open_dataset(file, "plugins");
  const Id type(H5Dget_type(table), &H5Tclose, "read a table's type");
  const std::size_t width = H5Tget_size(type);
  std::vector<PluginInfo> plugins(length_of(table));
  std::string rows(width * plugins.size(), '\0');
  if (!plugins.empty()) check(H5Dread(table, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()), "read a table");
  constexpr std::pair<const char*, std::string PluginInfo::*> kFields[] = {{"kind", &PluginInfo::kind},
                                                                           {"name", &PluginInfo::name},
                                                                           {"version", &PluginInfo::version},
                                                                           {"sha256", &PluginInfo::sha256}};
  for (const auto& [name, member] : kFields) {
    const int index = check(H5Tget_member_index(type, name), "find a table's column");
    const Id text(H5Tget_member_type(type, static_cast<unsigned>(index)), &H5Tclose, "read a column's type");
    const std::size_t offset = H5Tget_member_offset(type, static_cast<unsigned>(index)), size = H5Tget_size(text);
    for (std::size_t row = 0; row < plugins.size(); ++row) {
      const std::string_view cell(rows.data() + row * width + offset, size);
      plugins[row].*member = std::string(cell.substr(0, cell.find('\0')));
    }
  }
  return plugins;
}

}  // namespace

RunSummary read_summary(const std::filesystem::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Id file = open_record(path);
    const Id root = open_group(file, "/");
    RunSummary summary;
    summary.run_id = read_attribute(root, "run_id");
    summary.status = read_attribute(root, "status");
    summary.reason = read_attribute(root, "reason");
    summary.started = read_if_there(root, "started");
    const Id environment = open_group(file, "environment");
    summary.cpu = read_if_there(environment, "cpu");
    summary.dtype = read_if_there(environment, "dtype");
    for (const GroupSpec& spec : find_groups(file))
      if (spec.group.starts_with("metrics/")) add_group(file, spec, summary);
    summary.plugins = read_plugins(file);
    return summary;
  });
}

}  // namespace byolab
