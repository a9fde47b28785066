#include "record/sweep_file.hpp"

#include <cstring>
#include <limits>
#include <map>

#include "record/clock.hpp"
#include "record/disk.hpp"
#include "record/layout.hpp"
#include "record/reader.hpp"

namespace byolab {
namespace {

using namespace hdf5;

/// A column of the table: its texts or its numbers, one a row.
struct Column {
  std::string name;
  std::vector<std::string> texts;
  std::vector<std::int64_t> integers;
  std::vector<double> doubles;
  std::vector<float> values;

  std::size_t width() const {
    std::size_t longest = 1;
    for (const std::string& text : texts) longest = std::max(longest, text.size());
    return !texts.empty() ? longest : values.empty() ? 8 : sizeof(float);
  }
  Id type() const {
    if (!texts.empty()) return text_type(width());
    const hid_t plain = !integers.empty() ? H5T_NATIVE_INT64 : !doubles.empty() ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
    return Id(H5Tcopy(plain), &H5Tclose, "make a number type");
  }
  void put(std::size_t row, char* place) const {
    if (!texts.empty())
      std::memcpy(place, texts[row].data(), texts[row].size());
    else if (!integers.empty())
      std::memcpy(place, &integers[row], sizeof integers[row]);
    else if (!doubles.empty())
      std::memcpy(place, &doubles[row], sizeof doubles[row]);
    else
      std::memcpy(place, &values[row], sizeof values[row]);
  }
};

template <class Row, class Function>
Column texts(std::string name, const std::vector<Row>& rows, Function&& function) {
  Column column{std::move(name), {}, {}, {}, {}};
  for (const Row& row : rows) column.texts.push_back(function(row));
  return column;
}

Column integers(std::string name, const std::vector<SweepRow>& rows, std::int64_t SweepRow::*member) {
  Column column{std::move(name), {}, {}, {}, {}};
  for (const SweepRow& row : rows) column.integers.push_back(row.*member);
  return column;
}

/// Runs have the metrics of their own evaluators: the columns are all that any of them has, in the order of meeting.
std::vector<Column> metrics_of(const std::vector<SweepRow>& rows) {
  std::vector<Column> columns;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const auto& [name, value] : rows[i].metrics) {
      const auto [place, fresh] = places.emplace(name, columns.size());
      if (fresh)
        columns.push_back({name, {}, {}, {}, std::vector<float>(rows.size(), std::numeric_limits<float>::quiet_NaN())});
      columns[place->second].values[i] = value;
    }
  return columns;
}

std::vector<Column> columns_of(const SweepTable& table, const std::vector<Column>& metrics) {
  const std::vector<SweepRow>& rows = table.rows;
  std::vector<Column> columns{texts("id", rows, [](const SweepRow& r) { return r.id; }),
                              texts("label", rows, [](const SweepRow& r) { return r.label; })};
  for (std::size_t a = 0; a < table.axes.size(); ++a)
    columns.push_back(texts(table.axes[a], rows, [a](const SweepRow& r) { return r.values[a]; }));
  columns.push_back(integers("seed", rows, &SweepRow::seed));
  columns.push_back(texts("status", rows, [](const SweepRow& r) { return r.status; }));
  columns.push_back(texts("reason", rows, [](const SweepRow& r) { return r.reason; }));
  columns.push_back(integers("tries", rows, &SweepRow::tries));
  columns.push_back(integers("steps", rows, &SweepRow::steps));
  columns.push_back({"seconds", {}, {}, {}, {}});
  for (const SweepRow& row : rows) columns.back().doubles.push_back(row.seconds);
  columns.push_back(texts("settings", rows, [](const SweepRow& r) { return r.settings; }));
  columns.push_back(texts("plugins", rows, [](const SweepRow& r) { return r.plugins; }));
  columns.push_back(texts("run_started", rows, [](const SweepRow& r) { return r.started; }));
  columns.push_back(texts("run_cpu", rows, [](const SweepRow& r) { return r.cpu; }));
  columns.push_back(texts("run_dtype", rows, [](const SweepRow& r) { return r.dtype; }));
  columns.push_back(texts("file", rows, [](const SweepRow& r) { return r.file; }));
  for (Column column : metrics) {
    for (const Column& other : columns)
      if (other.name == column.name) column.name += '_';
    columns.push_back(std::move(column));
  }
  return columns;
}

void write_table(hid_t file, const char* name, const std::vector<Column>& columns, std::size_t rows) {
  std::size_t row_size = 0;
  for (const Column& column : columns) row_size += column.width();
  const Id type(H5Tcreate(H5T_COMPOUND, row_size), &H5Tclose, "make a table type");
  std::vector<char> data(row_size * rows, '\0');
  std::size_t offset = 0;
  for (const Column& column : columns) {
    check(H5Tinsert(type, column.name.c_str(), offset, column.type()), "make a table type");
    for (std::size_t row = 0; row < rows; ++row) column.put(row, data.data() + row * row_size + offset);
    offset += column.width();
  }
  const hsize_t count = rows;
  const Id space(H5Screate_simple(1, &count, nullptr), &H5Sclose, "make a table");
  const Id table(H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), &H5Dclose, "make a table");
  if (rows) check(H5Dwrite(table, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.data()), "write a table");
}

Column doubles(std::string name, const std::vector<ClaimRow>& rows, double ClaimRow::*member) {
  Column column{std::move(name), {}, {}, {}, {}};
  for (const ClaimRow& row : rows) column.doubles.push_back(row.*member);
  return column;
}

std::vector<Column> columns_of(const std::vector<ClaimRow>& rows) {
  const auto words = [&](const char* name, std::string ClaimRow::*member) {
    return texts(name, rows, [member](const ClaimRow& row) { return row.*member; });
  };
  std::vector<Column> columns{words("text", &ClaimRow::text),       words("source", &ClaimRow::source),
                              words("metric", &ClaimRow::metric),   words("statement", &ClaimRow::statement),
                              words("verdict", &ClaimRow::verdict), {"seeds", {}, {}, {}, {}}};
  for (const ClaimRow& row : rows) columns.back().integers.push_back(row.seeds);
  columns.push_back(doubles("mean", rows, &ClaimRow::mean));
  columns.push_back(doubles("other_mean", rows, &ClaimRow::other_mean));
  columns.push_back(doubles("difference", rows, &ClaimRow::difference));
  columns.push_back(doubles("low", rows, &ClaimRow::low));
  columns.push_back(doubles("high", rows, &ClaimRow::high));
  columns.push_back(doubles("p", rows, &ClaimRow::p));
  columns.push_back(doubles("p_holm", rows, &ClaimRow::p_holm));
  return columns;
}

Id make_group_in(hid_t file, const char* name) {
  const Id list = properties(H5P_GROUP_CREATE);
  check(H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "set the order of links");
  return Id(H5Gcreate2(file, name, H5P_DEFAULT, list, H5P_DEFAULT), &H5Gclose, "make a group");
}

void write_source(hid_t config, const std::string& source) {
  const Id type = text_type(source.size());
  const Id space(H5Screate(H5S_SCALAR), &H5Sclose, "make a scalar");
  const Id dataset(H5Dcreate2(config, "source", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), &H5Dclose,
                   "make a dataset");
  if (!source.empty()) check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, source.data()), "write a dataset");
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

void write(const std::filesystem::path& path, const SweepTable& table) {
  Id file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation_properties(), access_properties()), &H5Fclose,
          "make the file");
  const std::vector<Column> metrics = metrics_of(table.rows);
  const std::vector<Column> columns = columns_of(table, metrics);
  std::vector<std::string> names;  // as the table has them
  for (std::size_t i = columns.size() - metrics.size(); i < columns.size(); ++i) names.push_back(columns[i].name);
  {
    const Id root = open_group(file, "/");
    write_attribute(root, "byolab_schema", kSchema);
    write_attribute(root, "kind", "sweep");
    write_attribute(root, "name", table.name);
    write_attribute(root, "baseline", table.baseline);
    write_attribute(root, "metric", table.metric);
    write_attribute(root, "axes", joined(table.axes));
    write_attribute(root, "metrics", joined(names));
    write_attribute(root, "written", now_text(), 32);
    write_source(make_group_in(file, "config"), table.source);
    write_table(file, "trials", columns, table.rows.size());
    if (!table.claims.empty()) write_table(file, "claims", columns_of(table.claims), table.claims.size());
    const Id runs = make_group_in(file, "runs");
    for (const SweepRow& row : table.rows)
      if (!row.file.empty())
        check(H5Lcreate_external(row.file.c_str(), "/", runs, row.id.c_str(), H5P_DEFAULT, H5P_DEFAULT), "link a run");
  }
  if (!file.close()) fail("close the file");
}

}  // namespace

void write_sweep(const std::filesystem::path& path, const SweepTable& table) {
  const auto guarded = guard();
  const std::filesystem::path fresh = path.string() + ".new";
  with_path(path, [&] {
    try {
      make_empty_file(fresh);
      write(fresh, table);
      std::filesystem::rename(fresh, path);
    } catch (...) {
      std::error_code none;
      std::filesystem::remove(fresh, none);
      throw;
    }
  });
}

SweepBefore read_sweep_before(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return {};
  const auto guarded = guard();
  return with_path(path, [&] {
    const Reader index = open_closed(path);
    index.insist_on_schema("byolab_schema", kSchema, "the index of a sweep");
    SweepBefore before{{}, index.text("config/source")};
    for (TableRow& row : index.table("trials", {"id"})) before.ids.push_back(row["id"]);
    return before;
  });
}

}  // namespace byolab
