#include "record/layout.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "record/clock.hpp"

namespace byolab::hdf5 {
namespace {

/// Attributes stay in the object's header whatever their number: their dense storage is not safe under SWMR,
/// and the status is rewritten while others read.
void keep_attributes_compact(hid_t list) { check(H5Pset_attr_phase_change(list, 4096, 0), "set attribute storage"); }

/// Readers show members in the order in which they were made, as netCDF-4 does.
void keep_order(hid_t list) {
  check(H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "set the order of links");
}

Id make_group_at(hid_t file, const std::string& path) {
  const Id links = properties(H5P_LINK_CREATE);
  check(H5Pset_create_intermediate_group(links, 1), "set link creation");
  const Id list = properties(H5P_GROUP_CREATE);
  keep_attributes_compact(list);
  keep_order(list);
  return Id(H5Gcreate2(file, path.c_str(), links, list, H5P_DEFAULT), &H5Gclose, "make a group");
}

void write_text(hid_t group, const char* name, const std::string& text) {
  const Id type = text_type(text.size());
  const Id space(H5Screate(H5S_SCALAR), &H5Sclose, "make a scalar");
  const Id dataset(H5Dcreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), &H5Dclose,
                   "make a dataset");
  const char nothing = '\0';
  check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.empty() ? &nothing : text.data()),
        "write a dataset");
}

using Field = std::pair<const char*, std::string PluginInfo::*>;
constexpr Field kPluginFields[] = {{"kind", &PluginInfo::kind},       {"name", &PluginInfo::name},
                                   {"version", &PluginInfo::version}, {"library", &PluginInfo::library},
                                   {"sha256", &PluginInfo::sha256},   {"fingerprint", &PluginInfo::identity}};

/// A table whose texts are as wide as the longest in their column, and the step from which on.
void write_plugins(hid_t file, const std::vector<PluginInfo>& plugins) {
  std::size_t row_size = 0;
  std::vector<std::size_t> widths;
  for (const auto& [name, member] : kPluginFields) {
    std::size_t width = 1;
    for (const auto& plugin : plugins) width = std::max(width, (plugin.*member).size());
    widths.push_back(width);
    row_size += width;
  }
  row_size += sizeof(std::int64_t);
  const Id type(H5Tcreate(H5T_COMPOUND, row_size), &H5Tclose, "make a table type");
  std::vector<char> rows(row_size * plugins.size(), '\0');
  std::size_t offset = 0;
  for (std::size_t i = 0; i < widths.size(); offset += widths[i++]) {
    check(H5Tinsert(type, kPluginFields[i].first, offset, text_type(widths[i])), "make a table type");
    for (std::size_t row = 0; row < plugins.size(); ++row) {
      const std::string& text = plugins[row].*kPluginFields[i].second;
      std::memcpy(rows.data() + row * row_size + offset, text.data(), text.size());
    }
  }
  check(H5Tinsert(type, "from_step", offset, H5T_NATIVE_INT64), "make a table type");
  for (std::size_t row = 0; row < plugins.size(); ++row)
    std::memcpy(rows.data() + row * row_size + offset, &plugins[row].from_step, sizeof(std::int64_t));
  const hsize_t count = plugins.size();
  const Id space(H5Screate_simple(1, &count, nullptr), &H5Sclose, "make a table");
  const Id table(H5Dcreate2(file, "plugins", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), &H5Dclose,
                 "make a table");
  if (count) check(H5Dwrite(table, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()), "write a table");
}

/// Training logs a row for each step; evaluators measure between steps.
const char* scale_meaning(const GroupSpec& spec) {
  if (spec.scale == "epoch") return "epoch, counted from 0";
  return spec.group == "metrics/train" ? "optimizer step, counted from 0" : "optimizer steps done";
}

Id make_column(hid_t group, const std::string& name, hid_t type, const void* fill) {
  const hsize_t empty = 0, unlimited = H5S_UNLIMITED;
  const Id space(H5Screate_simple(1, &empty, &unlimited), &H5Sclose, "make a dataset's shape");
  const Id list = properties(H5P_DATASET_CREATE);
  check(H5Pset_chunk(list, 1, &kChunkRows), "set a chunk");
  check(H5Pset_fill_value(list, type, fill), "set a fill value");
  keep_attributes_compact(list);
  // Room for the one chunk that grows; HDF5's default is a megabyte a dataset.
  const Id access = properties(H5P_DATASET_ACCESS);
  check(H5Pset_chunk_cache(access, 13, 4 * kChunkRows * 8, 1.0), "set a chunk cache");
  return Id(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, list, access), &H5Dclose, "make a dataset");
}

}  // namespace

Id creation_properties() {
  Id list = properties(H5P_FILE_CREATE);
  keep_attributes_compact(list);
  keep_order(list);
  return list;
}

Id access_properties() {
  Id list = properties(H5P_FILE_ACCESS);
  // The newest format that HDF5 1.10 reads: it has SWMR, and every tool understands it.
  check(H5Pset_libver_bounds(list, H5F_LIBVER_V110, H5F_LIBVER_V110), "set the format's version");
  // HDF5's own lock protects no live writer, hinders readers, and fails where a file system has none. RunLock is ours.
  check(H5Pset_file_locking(list, false, true), "set file locking");
  return list;
}

void write_description(hid_t file, const RunInfo& info) {
  const Id root = open_group(file, "/");
  write_attribute(root, "byolab_schema", kSchema);
  write_attribute(root, "run_id", info.run_id);
  write_attribute(root, "name", info.name);
  write_attribute(root, "status", name_of(RunStatus::running), 16);
  write_attribute(root, "reason", "", 512);
  write_attribute(root, "seed", info.seed);
  write_attribute(root, "started", info.started.empty() ? now_text() : info.started, 32);
  write_attribute(root, "ended", "", 32);

  const Id config = make_group_at(file, "config");
  write_text(config, "source", info.source_toml);
  write_text(config, "resolved", info.resolved_toml);
  const Id environment = make_group_at(file, "environment");
  write_attribute(environment, "command_line", info.command_line);
  for (const auto& [key, value] : info.environment) write_attribute(environment, key.c_str(), value);
  write_plugins(file, info.plugins);
}

OpenGroup make_group(hid_t file, const GroupSpec& spec) {
  const Id group = make_group_at(file, spec.group);
  const std::int64_t no_step = -1;
  const float no_value = std::numeric_limits<float>::quiet_NaN();
  OpenGroup open;
  open.scale = make_column(group, spec.scale, H5T_NATIVE_INT64, &no_step);
  write_attribute(open.scale, "units", "1");
  write_attribute(open.scale, "long_name", scale_meaning(spec));
  check(H5DSset_scale(open.scale, spec.scale.c_str()), "make a dimension scale");
  for (const Series& series : spec.columns) {
    Id column = make_column(group, series.name, H5T_NATIVE_FLOAT, &no_value);
    write_attribute(column, "units", series.unit);
    write_attribute(column, "long_name", series.meaning);
    check(H5DSattach_scale(column, open.scale, 0), "attach a dimension scale");
    open.columns.push_back(std::move(column));
  }
  return open;
}

}  // namespace byolab::hdf5
