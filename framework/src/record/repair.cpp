#include "record/repair.hpp"

#include <algorithm>
#include <optional>

#include "record/disk.hpp"
#include "record/run_reader.hpp"
#include "record/tree.hpp"

namespace byolab {
namespace {

using namespace hdf5;

bool opens(const std::filesystem::path& path) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  H5Eclear2(H5E_DEFAULT);
  return file >= 0 && H5Fclose(file) >= 0;
}

/// Opens for writing what a dead writer left. Two properties without a public function (h5clear uses them too):
/// the mark "open" is no obstacle, and neither is an end of file that lies beyond the one in the superblock.
Id open_left_behind(const std::filesystem::path& path) {
  const Id access = properties(H5P_FILE_ACCESS);
  const hbool_t yes = true;
  check(H5Pset(access, "clear_status_flags", &yes), "use HDF5's property clear_status_flags");
  check(H5Pset(access, "skip_eof_check", &yes), "use HDF5's property skip_eof_check");
  check(H5Pset_file_locking(access, false, true), "set file locking");
  Id file(H5Fopen(path.c_str(), H5F_ACC_RDWR, access), &H5Fclose, "open the file");
  // Moves the superblock's end of file behind everything that was written. Without this, closing cuts rows off.
  check(H5Fincrement_filesize(file, 0), "set the file's end");
  return file;
}

/// Columns are written before their scale; what they have beyond it was never flushed as a whole.
std::int64_t trim(const Reader& record, const GroupSpec& spec) {
  std::vector<std::string> paths{spec.group + "/" + spec.scale};
  for (const Series& series : spec.columns) paths.push_back(spec.group + "/" + series.name);
  hsize_t shortest = record.length(paths[0]), longest = shortest;
  for (const std::string& path : paths) {
    shortest = std::min(shortest, record.length(path));
    longest = std::max(longest, record.length(path));
  }
  for (const std::string& path : paths)
    if (record.length(path) != shortest) check(H5Dset_extent(record.dataset(path), &shortest), "cut a dataset");
  return static_cast<std::int64_t>(longest - shortest);
}

std::int64_t mend(const std::filesystem::path& path) {
  Reader record(path, open_left_behind(path));
  const std::vector<GroupSpec> groups = find_groups(record);
  if (groups.empty()) throw Error("it holds no rows, nor a place for any");
  std::int64_t trimmed = 0;
  for (const GroupSpec& spec : groups) trimmed += trim(record, spec);
  if (!record.file().close()) fail("close the file");
  if (!opens(path)) fail("open the file after its repair");
  return trimmed;
}

/// Opening a file that is damaged for writing may make it worse: what cannot be mended stays as it was.
Repair repair_unlocked(const std::filesystem::path& path) {
  if (opens(path)) {
    read_history(path);  // says what is damaged, if something is
    return {};
  }
  const std::filesystem::path copy = path.string() + ".repairing";
  try {
    std::filesystem::remove(copy);  // should it be a link, it is not followed
    std::filesystem::copy_file(path, copy);
    const Repair result{true, mend(copy)};
    read_history(copy);
    replace_by(path, copy);
    return result;
  } catch (const std::filesystem::filesystem_error& error) {
    std::filesystem::remove(copy);
    throw Error("no copy of it could be made: " + error.code().message(),
                "free some space, or copy it elsewhere first");
  } catch (...) {
    std::filesystem::remove(copy);
    throw;
  }
}

}  // namespace

Repair repair(const std::filesystem::path& path, const RunLock* held) {
  if (!std::filesystem::exists(path)) throw Error(path.string() + ": no such file", "name the file run.h5 of a run");
  std::optional<RunLock> lock;
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  // A record that was copied elsewhere has no lock beside it, and no writer.
  if (!held && std::filesystem::exists(folder / "lock")) lock.emplace(folder);
  const auto guarded = guard();
  return with_path(path, [&] {
    try {
      return repair_unlocked(path);
    } catch (const Error& error) {
      throw Error(std::string("not a record that can be repaired: ") + error.what() + "; it was left as it is",
                  "byolab run … --resume writes it anew from the last checkpoint");
    }
  });
}

}  // namespace byolab
