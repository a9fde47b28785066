#include "record/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "record/reader_parts.hpp"
#include "support/text.hpp"

namespace byolab::hdf5 {
namespace {

Id type_of_dataset(hid_t dataset) { return Id(H5Dget_type(dataset), &H5Tclose, "read a dataset's type"); }

/// Bytes that lie in other files, or in several datasets, are none of a record's.
void check_storage(const std::string& path, hid_t dataset, hid_t type, ReadLimit& limit) {
  const Id list(H5Dget_create_plist(dataset), &H5Pclose, "read how a dataset is stored");
  const H5D_layout_t layout = H5Pget_layout(list);
  if (layout == H5D_VIRTUAL || (layout == H5D_CONTIGUOUS && H5Pget_external_count(list) > 0))
    refuse(path, "has its data in other files");
  if (layout != H5D_CHUNKED) return;
  std::vector<hsize_t> chunk(H5S_MAX_RANK);
  chunk.resize(static_cast<std::size_t>(check(H5Pget_chunk(list, H5S_MAX_RANK, chunk.data()), "read a chunk's shape")));
  std::uint64_t elements = 1;
  for (const hsize_t size : chunk)
    if (__builtin_mul_overflow(elements, size, &elements)) refuse(path, "has chunks of no possible size");
  limit.charge(elements, H5Tget_size(type), fmt::format("a chunk of '{}'", shown_path(path)));
}

struct Column {
  std::string name;
  Id type;
  std::size_t offset = 0;
};

std::vector<Column> columns_of(const std::string& path, hid_t table, const std::vector<std::string>& wanted) {
  if (H5Tget_class(table) != H5T_COMPOUND) refuse(path, "is no table");
  std::vector<Column> columns;
  for (int m = 0; m < H5Tget_nmembers(table); ++m) {
    const auto member = static_cast<unsigned>(m);
    char* name = H5Tget_member_name(table, member);
    if (!name) fail("read a table's column");
    Column column{name, Id(H5Tget_member_type(table, member), &H5Tclose, "read a column's type"),
                  H5Tget_member_offset(table, member)};
    H5free_memory(name);
    if (!is_number(column.type) && !is_fixed_text(column.type) && !is_varying_text(column.type))
      refuse(path, fmt::format("has a column '{}' that is neither text nor numbers", printable(column.name)));
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), column.name) != wanted.end())
      columns.push_back(std::move(column));
  }
  for (const std::string& name : wanted)
    if (std::none_of(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; }))
      refuse(path, fmt::format("has no column '{}'", name));
  return columns;
}

std::string cell_text(const char* row, const Column& column) {
  const char* at = row + column.offset;
  if (is_number(column.type)) return number_text(at, column.type);
  if (is_fixed_text(column.type)) return up_to_zero(at, H5Tget_size(column.type));
  const char* text = nullptr;
  std::copy_n(at, sizeof text, reinterpret_cast<char*>(&text));
  return text ? text : "";
}

template <class T>
hid_t native() {
  return std::is_same_v<T, float>          ? H5T_NATIVE_FLOAT
         : std::is_same_v<T, std::int64_t> ? H5T_NATIVE_INT64
                                           : H5T_NATIVE_UINT8;
}

}  // namespace

Id Reader::dataset(const std::string& path) const {
  Id opened = object(path);
  if (H5Iget_type(opened) != H5I_DATASET) refuse(path, "is no dataset");
  check_storage(path, opened, type_of_dataset(opened), limit_);
  return opened;
}

std::vector<hsize_t> Reader::shape(const std::string& path, hid_t dataset, std::size_t rank) const {
  const Id space(H5Dget_space(dataset), &H5Sclose, "read a dataset's shape");
  const auto own = static_cast<std::size_t>(check(H5Sget_simple_extent_ndims(space), "read a shape"));
  if (H5Sget_simple_extent_type(space) == H5S_NULL || own != rank)
    refuse(path, fmt::format("has {} dimensions, not {}", own, rank));
  std::vector<hsize_t> sizes(rank);
  if (rank > 0) check(H5Sget_simple_extent_dims(space, sizes.data(), nullptr), "read a shape");
  return sizes;
}

hsize_t Reader::length(const std::string& path) const { return shape(path, dataset(path), 1)[0]; }

std::vector<TableRow> Reader::table(const std::string& path, const std::vector<std::string>& wanted) const {
  const Id table = dataset(path), type = type_of_dataset(table);
  const std::size_t length = shape(path, table, 1)[0], width = H5Tget_size(type);
  const std::vector<Column> columns = columns_of(path, type, wanted);
  constexpr std::size_t kCell = 96;  // bytes of a cell in memory, about
  limit_.charge(length, width + columns.size() * kCell, fmt::format("'{}'", shown_path(path)));
  std::vector<TableRow> rows;
  if (length == 0) return rows;
  const Id space(H5Dget_space(table), &H5Sclose, "read a table's shape");
  hsize_t elsewhere = 0;  // bytes of texts of varying length
  if (std::any_of(columns.begin(), columns.end(), [](const Column& c) { return is_varying_text(c.type); }))
    check(H5Dvlen_get_buf_size(table, type, space, &elsewhere), "read a table's texts");
  limit_.charge(elsewhere, 1, fmt::format("the texts of '{}'", shown_path(path)));
  std::vector<char> bytes(width * length);
  check(H5Dread(table, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), "read a table");
  for (std::size_t begin = 0; begin < bytes.size(); begin += width) {
    TableRow& row = rows.emplace_back();
    for (const Column& column : columns) row[column.name] = cell_text(bytes.data() + begin, column);
  }
  if (elsewhere > 0) H5Dvlen_reclaim(type, space, H5P_DEFAULT, bytes.data());
  return rows;
}

std::string Reader::text(const std::string& path) const {
  const Id opened = dataset(path), type = type_of_dataset(opened);
  shape(path, opened, 0);
  if (!is_fixed_text(type) && !is_varying_text(type)) refuse(path, "is no text");
  const std::size_t size = H5Tget_size(type);
  limit_.charge(1, size, fmt::format("'{}'", shown_path(path)));
  std::vector<char> bytes(std::max(size, sizeof(char*)));
  check(H5Dread(opened, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), "read a text");
  if (is_fixed_text(type)) return up_to_zero(bytes.data(), size);
  char* text = *reinterpret_cast<char**>(bytes.data());
  std::string value = text ? text : "";
  H5free_memory(text);
  return value;
}

std::vector<std::string> Reader::texts(const std::string& path) const {
  const Id opened = dataset(path), type = type_of_dataset(opened);
  const std::size_t count = shape(path, opened, 1)[0], width = H5Tget_size(type);
  if (!is_fixed_text(type)) refuse(path, "is no list of texts");
  limit_.charge(count, width + sizeof(std::string), fmt::format("'{}'", shown_path(path)));
  std::vector<char> bytes(count * width);
  if (count > 0) check(H5Dread(opened, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), "read texts");
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(printable(up_to_zero(bytes.data() + i * width, width)));
  return all;
}

template <class T>
std::vector<T> Reader::rows(const std::string& path, hsize_t begin, hsize_t count) const {
  const Id opened = dataset(path);
  const hsize_t length = shape(path, opened, 1)[0];
  if (!is_number(type_of_dataset(opened))) refuse(path, "is no list of numbers");
  if (begin > length || count > length - begin) refuse(path, "is shorter than the others of its group");
  limit_.charge(count, sizeof(T), fmt::format("'{}'", shown_path(path)));
  std::vector<T> values(count);
  if (count == 0) return values;
  const Id memory(H5Screate_simple(1, &count, nullptr), &H5Sclose, "make a selection");
  const Id space(H5Dget_space(opened), &H5Sclose, "make a selection");
  check(H5Sselect_hyperslab(space, H5S_SELECT_SET, &begin, nullptr, &count, nullptr), "make a selection");
  check(H5Dread(opened, native<T>(), memory, space, H5P_DEFAULT, values.data()), "read rows");
  return values;
}

template <class T>
Array<T> Reader::array(const std::string& path, std::size_t rank) const {
  const Id opened = dataset(path);
  const std::vector<hsize_t> sizes = shape(path, opened, rank);
  if (!is_number(type_of_dataset(opened))) refuse(path, "holds no numbers");
  std::uint64_t count = 1;
  for (const hsize_t size : sizes)
    if (__builtin_mul_overflow(count, size, &count)) refuse(path, "has no possible size");
  limit_.charge(count, sizeof(T), fmt::format("'{}'", shown_path(path)));
  Array<T> values{{sizes.begin(), sizes.end()}, std::vector<T>(count)};
  if (count > 0) check(H5Dread(opened, native<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data.data()), "read numbers");
  return values;
}

template std::vector<float> Reader::rows(const std::string&, hsize_t, hsize_t) const;
template std::vector<std::int64_t> Reader::rows(const std::string&, hsize_t, hsize_t) const;
template Array<float> Reader::array(const std::string&, std::size_t) const;
template Array<std::int64_t> Reader::array(const std::string&, std::size_t) const;
template Array<std::uint8_t> Reader::array(const std::string&, std::size_t) const;

}  // namespace byolab::hdf5
