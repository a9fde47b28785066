#include "record/sweep_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "record/disk.hpp"
#include "record/hdf5.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using namespace hdf5;

Id open_plainly(const fs::path& path) {
  const Id access = properties(H5P_FILE_ACCESS);
  check(H5Pset_file_locking(access, false, true), "set file locking");
  return Id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), &H5Fclose, "open the file");
}

bool has(hid_t file, const char* name) {
  const bool there = H5Lexists(file, name, H5P_DEFAULT) > 0;
  H5Eclear2(H5E_DEFAULT);
  return there;
}

/// A member of a table's row as text; "" for what is neither text nor number.
std::string member_text(const char* row, hid_t type, unsigned member) {
  const Id kind(H5Tget_member_type(type, member), &H5Tclose, "read a table's type");
  const char* at = row + H5Tget_member_offset(type, member);
  if (H5Tget_class(kind) == H5T_STRING) {
    if (H5Tis_variable_str(kind) > 0) {
      const char* text = *reinterpret_cast<const char* const*>(at);
      return text ? text : "";
    }
    const std::string text(at, H5Tget_size(kind));
    return text.substr(0, text.find('\0'));
  }
  // Converted in place, in a room large enough for either side.
  char room[16] = {};
  if (H5Tget_size(kind) > sizeof room) return {};
  std::copy_n(at, H5Tget_size(kind), room);
  if (H5Tget_class(kind) == H5T_INTEGER && H5Tconvert(kind, H5T_NATIVE_INT64, 1, room, nullptr, H5P_DEFAULT) >= 0)
    return std::to_string(*reinterpret_cast<const std::int64_t*>(room));
  if (H5Tget_class(kind) == H5T_FLOAT && H5Tconvert(kind, H5T_NATIVE_DOUBLE, 1, room, nullptr, H5P_DEFAULT) >= 0)
    return fmt::format("{}", *reinterpret_cast<const double*>(room));  // the shortest that reads back as the same
  return {};
}

std::vector<std::map<std::string, std::string>> read_table(hid_t file, const char* name) {
  const Id table = open_dataset(file, name);
  const Id type(H5Dget_type(table), &H5Tclose, "read a table's type");
  if (H5Tget_class(type) != H5T_COMPOUND) throw Error(std::string("'") + name + "' is no table");
  const std::size_t size = H5Tget_size(type), length = length_of(table);
  constexpr std::size_t kMost = 1 << 28;  // bytes: more than a hundred thousand rows, the longest table of a sweep
  if (length > kMost / size)
    throw Error(fmt::format("'{}' has {} rows of {} bytes, more than any sweep's", name, length, size));
  std::vector<char> bytes(size * length);
  std::vector<std::map<std::string, std::string>> rows;
  if (bytes.empty()) return rows;
  check(H5Dread(table, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), "read a table");
  const auto members = static_cast<unsigned>(H5Tget_nmembers(type));
  for (std::size_t begin = 0; begin < bytes.size(); begin += size) {
    std::map<std::string, std::string> row;
    for (unsigned m = 0; m < members; ++m) {
      char* member = H5Tget_member_name(type, m);
      row[member] = member_text(bytes.data() + begin, type, m);
      H5free_memory(member);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// External links: id → file, relative to the index.
herr_t collect_link(hid_t group, const char* name, const H5L_info_t* info, void* out) {
  if (info->type != H5L_TYPE_EXTERNAL) return 0;
  std::vector<char> value(info->u.val_size);
  const char *file = nullptr, *object = nullptr;
  unsigned flags = 0;
  if (H5Lget_val(group, name, value.data(), value.size(), H5P_DEFAULT) < 0 ||
      H5Lunpack_elink_val(value.data(), value.size(), &flags, &file, &object) < 0)
    return -1;
  static_cast<std::map<std::string, std::string>*>(out)->emplace(name, file);
  return 0;
}

std::map<std::string, std::string> read_links(hid_t file) {
  std::map<std::string, std::string> links;
  const Id group = open_group(file, "runs");
  check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, &collect_link, &links), "list the runs");
  return links;
}

std::string value_of(const std::map<std::string, std::string>& row, const char* key) {
  const auto found = row.find(key);
  return found == row.end() ? std::string() : found->second;
}

const std::string& needed(const std::map<std::string, std::string>& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end()) throw Error(fmt::format("its claims are none of byolab's: there is no column '{}'", key));
  return found->second;
}

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  std::istringstream words(list);
  for (std::string name; std::getline(words, name, ',');) names.push_back(name);
  return names;
}

double number_in(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0')
    throw Error(fmt::format("its claims are none of byolab's: '{}' stands where a number should", printable(text)));
  return number;
}

}  // namespace

bool is_sweep_file(const fs::path& path) {
  const auto guarded = guard();
  std::error_code error;
  if (!fs::is_regular_file(path, error) || H5Fis_hdf5(path.c_str()) <= 0) {
    H5Eclear2(H5E_DEFAULT);
    return false;
  }
  try {
    return has(open_plainly(path), "runs");
  } catch (const Error&) {  // being written: a run
    return false;
  }
}

std::string trouble_with(const fs::path& path) {
  const auto guarded = guard();
  try {
    with_path(path, [&] { open_plainly(path); });
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

SweepProgress read_sweep_progress(const fs::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Id file = open_plainly(path);
    SweepProgress progress;
    if (!has(file, "trials")) return progress;
    for (const auto& row : read_table(file, "trials")) {
      const std::string status = value_of(row, "status");
      ++progress.trials;
      progress.results += status == "done" || status == "collapsed" || status == "diverged" ? 1 : 0;
    }
    return progress;
  });
}

std::vector<SweepEntry> read_sweep(const fs::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Id file = open_plainly(path);
    std::map<std::string, std::string> links = read_links(file);
    std::vector<SweepEntry> entries;
    const auto add = [&](const std::string& id, const std::string& target, std::map<std::string, std::string> row) {
      entries.push_back({id, path.parent_path() / target, std::move(row)});
    };
    if (has(file, "trials")) {
      for (auto& row : read_table(file, "trials")) {
        const std::string id = value_of(row, "id");
        const auto link = links.find(id);
        const std::string target = link != links.end() ? link->second : value_of(row, "file");
        if (link != links.end()) links.erase(link);
        if (!target.empty()) add(id, target, std::move(row));
      }
    }
    for (const auto& [id, target] : links) add(id, target, {});
    return entries;
  });
}

std::vector<ClaimRow> read_sweep_claims(const fs::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Id file = open_plainly(path);
    std::vector<ClaimRow> claims;
    if (!has(file, "claims")) return claims;
    for (const auto& row : read_table(file, "claims")) {
      const auto text = [&](const char* key) { return printable(needed(row, key)); };
      const auto number = [&](const char* key) { return number_in(needed(row, key)); };
      claims.push_back({text("text"), text("source"), text("metric"), text("statement"), text("verdict"),
                        static_cast<std::int64_t>(number("seeds")), number("mean"), number("other_mean"),
                        number("difference"), number("low"), number("high"), number("p"), number("p_holm")});
    }
    return claims;
  });
}

SweepHead read_sweep_head(const fs::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Id file = open_plainly(path), root = open_group(file, "/");
    return SweepHead{read_attribute(root, "name"), read_attribute(root, "baseline"), read_attribute(root, "metric"),
                     names_in(read_attribute(root, "metrics"))};
  });
}

}  // namespace byolab
