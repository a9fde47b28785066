#include "record/run_reader.hpp"

#include <algorithm>

#include "record/disk.hpp"
#include "record/tree.hpp"

namespace byolab {
namespace {

using namespace hdf5;

std::string read_text(hid_t file, const std::string& path) {
  const Id dataset = open_dataset(file, path);
  const Id type(H5Dget_type(dataset), &H5Tclose, "read a dataset's type");
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0) throw Error("'" + path + "' is no text");
  std::string text(H5Tget_size(type), '\0');
  check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()), "read a text");
  return text.substr(0, text.find('\0'));
}

herr_t collect(hid_t, const char* name, const H5A_info_t*, void* out) {
  static_cast<std::vector<std::string>*>(out)->emplace_back(name);
  return 0;
}

std::map<std::string, std::string> read_attributes(hid_t file, const std::string& path) {
  const Id group = open_group(file, path);
  std::vector<std::string> names;
  check(H5Aiterate2(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, &collect, &names), "list attributes");
  std::map<std::string, std::string> values;
  for (const std::string& name : names) values[name] = read_attribute(group, name);
  return values;
}

template <class Value>
std::vector<Value> read_rows(hid_t dataset, hid_t type, hsize_t count) {
  std::vector<Value> values(count);
  if (count == 0) return values;
  const Id memory(H5Screate_simple(1, &count, nullptr), &H5Sclose, "make a selection");
  const Id space(H5Dget_space(dataset), &H5Sclose, "make a selection");
  const hsize_t begin = 0;
  check(H5Sselect_hyperslab(space, H5S_SELECT_SET, &begin, nullptr, &count, nullptr), "make a selection");
  check(H5Dread(dataset, type, memory, space, H5P_DEFAULT, values.data()), "read rows");
  return values;
}

GroupHistory read_group(hid_t file, const GroupSpec& spec) {
  GroupHistory rows;
  rows.group = spec.group;
  const Id scale = open_dataset(file, spec.group + "/" + spec.scale);
  hsize_t count = length_of(scale);
  std::vector<Id> columns;
  for (const Series& series : spec.columns) {
    columns.push_back(open_dataset(file, spec.group + "/" + series.name));
    count = std::min(count, length_of(columns.back()));
    rows.names.push_back(series.name);
  }
  rows.steps = read_rows<std::int64_t>(scale, H5T_NATIVE_INT64, count);
  for (const Id& column : columns) rows.columns.push_back(read_rows<float>(column, H5T_NATIVE_FLOAT, count));
  return rows;
}

/// One column of a table of texts, for the row that begins at `row`.
std::string read_column(hid_t type, const char* name, const char* row) {
  const int member = H5Tget_member_index(type, name);
  if (member < 0) throw Error("its table of plugins has no column '" + std::string(name) + "'");
  const auto index = static_cast<unsigned>(member);
  const Id text(H5Tget_member_type(type, index), &H5Tclose, "read a table's type");
  const std::string value(row + H5Tget_member_offset(type, index), H5Tget_size(text));
  return value.substr(0, value.find('\0'));
}

}  // namespace

RunContents read_contents(const std::filesystem::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Id file = open_record(path);
    RunContents contents;
    contents.attributes = read_attributes(file, "/");
    contents.environment = read_attributes(file, "environment");
    contents.source_toml = read_text(file, "config/source");
    contents.resolved_toml = read_text(file, "config/resolved");
    contents.groups = find_groups(file);
    return contents;
  });
}

History read_history(const std::filesystem::path& path, const std::vector<std::string>& groups) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Id file = open_record(path);
    History history;
    for (const GroupSpec& spec : find_groups(file))
      if (groups.empty() || std::find(groups.begin(), groups.end(), spec.group) != groups.end())
        history.push_back(read_group(file, spec));
    return history;
  });
}

std::vector<PluginInfo> read_plugins(const std::filesystem::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Id file = open_record(path), table = open_dataset(file, "plugins");
    const Id type(H5Dget_type(table), &H5Tclose, "read a table's type");
    const std::size_t width = H5Tget_size(type);
    std::vector<char> rows(width * length_of(table));
    if (!rows.empty()) check(H5Dread(table, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()), "read a table");
    std::vector<PluginInfo> plugins;
    for (const char* row = rows.data(); row != rows.data() + rows.size(); row += width)
      plugins.push_back({read_column(type, "kind", row), read_column(type, "name", row),
                         read_column(type, "version", row), read_column(type, "library", row),
                         read_column(type, "sha256", row), read_column(type, "fingerprint", row), 0});
    return plugins;
  });
}

}  // namespace byolab
