#include "record/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "record/reader_parts.hpp"
#include "support/text.hpp"

namespace byolab::hdf5 {

std::string shown_path(const std::string& path) { return path.empty() || path == "/" ? "/" : printable(path); }

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw Error(fmt::format("'{}' {}: damaged, or not as byolab writes it", shown_path(path), what));
}

bool is_number(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  return (kind == H5T_INTEGER || kind == H5T_FLOAT) && H5Tget_size(type) <= 16;
}

bool is_fixed_text(hid_t type) { return H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0; }
bool is_varying_text(hid_t type) { return H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0; }

std::string up_to_zero(const char* text, std::size_t size) {
  return std::string(text, std::find(text, text + size, '\0'));
}

std::string number_text(const char* at, hid_t type) {
  alignas(16) char room[16] = {};  // converted in place: wide enough for either side
  std::copy_n(at, H5Tget_size(type), room);
  const bool whole = H5Tget_class(type) == H5T_INTEGER, positive = whole && H5Tget_sign(type) == H5T_SGN_NONE;
  const hid_t wanted = !whole ? H5T_NATIVE_DOUBLE : positive ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64;
  check(H5Tconvert(type, wanted, 1, room, nullptr, H5P_DEFAULT), "convert a number");
  if (!whole) return fmt::format("{}", *reinterpret_cast<const double*>(room));
  if (positive) return std::to_string(*reinterpret_cast<const std::uint64_t*>(room));
  return std::to_string(*reinterpret_cast<const std::int64_t*>(room));
}

Reader::Reader(const std::filesystem::path& path, Id file)
    : file_(std::move(file)), limit_(std::filesystem::file_size(path)) {}

/// Each name on the way must be a link within the file.
bool Reader::has(const std::string& path) const {
  for (std::size_t end = 0; end != std::string::npos && !path.empty();) {
    end = path.find('/', end + 1);
    H5L_info_t info{};
    const std::string part = path.substr(0, end);
    if (part == "/") continue;
    const bool there = H5Lexists(file_, part.c_str(), H5P_DEFAULT) > 0 &&
                       H5Lget_info(file_, part.c_str(), &info, H5P_DEFAULT) >= 0 && info.type == H5L_TYPE_HARD;
    H5Eclear2(H5E_DEFAULT);
    if (!there) return false;
  }
  return true;
}

Id Reader::object(const std::string& path) const {
  if (!has(path)) refuse(path, "is missing, or a link to somewhere else");
  return Id(H5Oopen(file_, path.empty() ? "/" : path.c_str(), H5P_DEFAULT), &H5Oclose, "open an object");
}

bool Reader::is_group(const std::string& path) const { return H5Iget_type(object(path)) == H5I_GROUP; }

haddr_t Reader::address(const std::string& path) const {
  H5O_info_t info{};
  check(H5Oget_info2(object(path), &info, H5O_INFO_BASIC), "look at an object");
  return info.addr;
}

std::vector<std::string> Reader::members(const std::string& path) const {
  const Id group = object(path);
  if (H5Iget_type(group) != H5I_GROUP) refuse(path, "is no group");
  const auto add = [](hid_t, const char* name, const H5L_info_t* info, void* out) -> herr_t {
    if (info->type == H5L_TYPE_HARD) static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  std::vector<std::string> names;
  if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, add, &names) < 0) {
    H5Eclear2(H5E_DEFAULT);
    names.clear();  // a file that another tool has copied, without the order of creation
    check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names), "list a group");
  }
  for (const std::string& name : names)
    if (!is_printable(name)) refuse(path, fmt::format("has a member '{}', which is no name", printable(name)));
  return names;
}

std::string Reader::attribute_text(hid_t object, const std::string& name, bool& readable) const {
  const Id attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), &H5Aclose, "open an attribute");
  const Id type(H5Aget_type(attribute), &H5Tclose, "read an attribute's type");
  const Id space(H5Aget_space(attribute), &H5Sclose, "read an attribute's size");
  readable =
      H5Sget_simple_extent_npoints(space) == 1 && (is_number(type) || is_fixed_text(type) || is_varying_text(type));
  if (!readable) return {};
  const std::size_t size = H5Tget_size(type);
  limit_.charge(1, size, fmt::format("the attribute '{}'", printable(name)));
  std::vector<char> bytes(std::max(size, sizeof(char*)));
  check(H5Aread(attribute, type, bytes.data()), "read an attribute");
  if (is_number(type)) return number_text(bytes.data(), type);
  if (is_fixed_text(type)) return printable(up_to_zero(bytes.data(), size), true);
  char* text = *reinterpret_cast<char**>(bytes.data());
  std::string value = text ? text : "";
  H5free_memory(text);
  return printable(value, true);
}

std::string Reader::attribute(const std::string& path, const std::string& name) const {
  const Id owner = object(path);
  if (check(H5Aexists(owner, name.c_str()), "look for an attribute") == 0)
    refuse(path, fmt::format("has no attribute '{}'", name));
  bool readable = false;
  std::string text = attribute_text(owner, name, readable);
  if (!readable) refuse(path, fmt::format("has an attribute '{}' that is neither a text nor a number", name));
  return text;
}

std::int64_t Reader::integer_attribute(const std::string& path, const std::string& name) const {
  const std::string text = attribute(path, name);
  char* end = nullptr;
  errno = 0;
  const long long value = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || errno == ERANGE)
    refuse(path, fmt::format("has '{}' as its attribute '{}', where an integer should be", shortened(text), name));
  return value;
}

std::string Reader::attribute_if_there(const std::string& path, const std::string& name) const {
  const Id owner = object(path);
  bool readable = false;
  return H5Aexists(owner, name.c_str()) > 0 ? attribute_text(owner, name, readable) : std::string();
}

std::map<std::string, std::string> Reader::attributes(const std::string& path) const {
  const auto add = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  const Id owner = object(path);
  std::vector<std::string> names;
  check(H5Aiterate2(owner, H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names), "list attributes");
  std::map<std::string, std::string> values;
  for (const std::string& name : names) {
    bool readable = false;
    const std::string text = attribute_text(owner, name, readable);
    values[printable(name)] = readable ? text : "(neither a text nor a number)";
  }
  return values;
}

void Reader::insist_on_schema(const char* attribute, std::int64_t schema, const std::string& what) const {
  if (check(H5Aexists(object("/"), attribute), "look for an attribute") == 0)
    throw Error("an HDF5 file, but not " + what, "name a file of byolab's");
  const std::int64_t theirs = integer_attribute("/", attribute);
  if (theirs > schema)
    throw Error(
        fmt::format("{}, but of a newer byolab: its schema is {}, and this program reads {}", what, theirs, schema),
        "read it with the byolab that wrote it, or a newer one");
  if (theirs < schema)
    throw Error(fmt::format("{}, but its schema is {}, and this program reads {}", what, theirs, schema),
                "no released byolab wrote such a file: look for damage");
}

Reader open_closed(const std::filesystem::path& path) {
  const Id access = properties(H5P_FILE_ACCESS);
  check(H5Pset_file_locking(access, false, true), "set file locking");
  return {path, Id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), &H5Fclose, "open the file")};
}

}  // namespace byolab::hdf5
