#include "record/sweep_reader.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>

#include "record/disk.hpp"
#include "record/layout.hpp"
#include "record/reader.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using namespace hdf5;

Reader open_index(const fs::path& path) {
  Reader index = open_closed(path);
  index.insist_on_schema("byolab_schema", kSchema, "the index of a sweep");
  return index;
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

std::map<std::string, std::string> read_links(Reader& index) {
  std::map<std::string, std::string> links;
  if (!index.has("runs") || !index.is_group("runs"))
    throw Error("the index of a sweep, but damaged: it has no group 'runs'");
  const Id group = open_group(index.file(), "runs");
  check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, &collect_link, &links), "list the runs");
  return links;
}

std::string value_of(const TableRow& row, const char* key) {
  const auto found = row.find(key);
  return found == row.end() ? std::string() : found->second;
}

const std::string& needed(const TableRow& row, const char* key) {
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

std::int64_t count_in(double number) {
  if (!(number >= 0 && number < 1e15)) throw Error("its claims are none of byolab's: a count of seeds is none");
  return static_cast<std::int64_t>(number);
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
    return open_closed(path).has("runs");
  } catch (const Error&) {  // being written: a run
    return false;
  }
}

std::string trouble_with(const fs::path& path) {
  const auto guarded = guard();
  try {
    with_path(path, [&] { open_closed(path); });
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

SweepProgress read_sweep_progress(const fs::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Reader index = open_index(path);
    SweepProgress progress;
    if (!index.has("trials")) return progress;
    for (const TableRow& row : index.table("trials", {"status"})) {
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
    Reader index = open_index(path);
    std::map<std::string, std::string> links = read_links(index);
    std::vector<SweepEntry> entries;
    const auto add = [&](const std::string& id, const std::string& target, TableRow row) {
      for (auto& [name, text] : row)
        if (name != "file") text = printable(text, true);
      entries.push_back({printable(id), path.parent_path() / target, std::move(row)});
    };
    if (index.has("trials")) {
      for (TableRow& row : index.table("trials")) {
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
    const Reader index = open_index(path);
    std::vector<ClaimRow> claims;
    if (!index.has("claims")) return claims;
    for (const TableRow& row : index.table("claims")) {
      const auto text = [&](const char* key) { return printable(needed(row, key)); };
      const auto number = [&](const char* key) { return number_in(needed(row, key)); };
      claims.push_back({text("text"), text("source"), text("metric"), text("statement"), text("verdict"),
                        count_in(number("seeds")), number("mean"), number("other_mean"), number("difference"),
                        number("low"), number("high"), number("p"), number("p_holm")});
    }
    return claims;
  });
}

SweepHead read_sweep_head(const fs::path& path) {
  const auto guarded = guard();
  return with_path(path, [&] {
    const Reader index = open_index(path);
    return SweepHead{index.attribute("/", "name"), index.attribute("/", "baseline"), index.attribute("/", "metric"),
                     names_in(index.attribute("/", "metrics"))};
  });
}

}  // namespace byolab
