#include "record/tree.hpp"

#include <algorithm>
#include <set>

#include "record/layout.hpp"

namespace byolab::hdf5 {
namespace {

/// Walks through the groups. A damaged file may have groups that contain themselves, or nest without end.
class Search {
 public:
  explicit Search(const Reader& record) : record_(record) {}

  std::vector<GroupSpec> operator()() {
    look_into("", 0);
    return std::move(found_);
  }

 private:
  void look_into(const std::string& path, int depth) {
    constexpr int kDeepest = 8;  // byolab's own stand two deep
    if (depth > kDeepest) throw Error("its groups nest more than " + std::to_string(kDeepest) + " deep: no record");
    if (!seen_.insert(record_.address(path)).second)
      throw Error("its group '" + path + "' has two names, or contains itself: no record");
    GroupSpec spec{path, {}};
    bool has_scale = false;
    for (const std::string& name : record_.members(path)) {
      const std::string below = path.empty() ? name : path + "/" + name;
      if (record_.is_group(below))
        look_into(below, depth + 1);
      else
        add_dataset(below, name, spec, has_scale);
    }
    if (has_scale) found_.push_back(std::move(spec));
  }

  void add_dataset(const std::string& path, const std::string& name, GroupSpec& spec, bool& has_scale) {
    const Id dataset = record_.dataset(path);
    if (H5DSis_scale(dataset) > 0) {
      if (has_scale) throw Error("its group '" + spec.group + "' has two scales: no record");
      spec.scale = name;
      has_scale = true;
    } else {
      spec.columns.push_back(
          {name, record_.attribute_if_there(path, "long_name"), record_.attribute_if_there(path, "units")});
    }
  }

  const Reader& record_;
  std::vector<GroupSpec> found_;
  std::set<haddr_t> seen_;
};

}  // namespace

Reader open_record(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) throw Error("no such file", "name the file run.h5 of a run");
  if (!std::filesystem::is_regular_file(path)) throw Error("no ordinary file", "name the file run.h5 of a run");
  const Id access = properties(H5P_FILE_ACCESS);
  check(H5Pset_file_locking(access, false, true), "set file locking");  // a reader must hinder nobody
  // A block whose checksum is wrong is perhaps being written: it is read again, after a pause that doubles from 1 ns
  // on. HDF5's own number of attempts, 100, would take for ever where the file is damaged.
  constexpr unsigned kAttempts = 30;  // two seconds in all
  check(H5Pset_metadata_read_attempts(access, kAttempts), "set the attempts to read");
  hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, access);
  if (file < 0) file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access);
  Reader record(path, Id(file, &H5Fclose, "open the file"));
  record.insist_on_schema("byolab_schema", kSchema, "the record of a run");
  H5Eclear2(H5E_DEFAULT);
  return record;
}

std::vector<GroupSpec> find_groups(const Reader& record) { return Search(record)(); }

}  // namespace byolab::hdf5
