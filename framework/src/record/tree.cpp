#include "record/tree.hpp"

namespace byolab::hdf5 {
namespace {

herr_t collect(hid_t, const char* name, const H5L_info_t*, void* out) {
  static_cast<std::vector<std::string>*>(out)->emplace_back(name);
  return 0;
}

std::vector<std::string> members(hid_t group) {
  std::vector<std::string> names;
  if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, &collect, &names) >= 0) return names;
  H5Eclear2(H5E_DEFAULT);
  names.clear();  // a file that another tool has copied, without the order of creation
  check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, &collect, &names), "list a group");
  return names;
}

H5I_type_t type_of(hid_t group, const std::string& name) {
  const Id object(H5Oopen(group, name.c_str(), H5P_DEFAULT), &H5Oclose, "open an object");
  return H5Iget_type(object);
}

void add_dataset(hid_t group, const std::string& name, GroupSpec& spec, bool& has_scale) {
  const Id dataset = open_dataset(group, name);
  if (H5DSis_scale(dataset) > 0) {
    spec.scale = name;
    has_scale = true;
  } else {
    spec.columns.push_back({name, read_attribute(dataset, "long_name"), read_attribute(dataset, "units")});
  }
}

void search(hid_t file, const std::string& path, std::vector<GroupSpec>& found) {
  const Id group = open_group(file, path.empty() ? "/" : path);
  GroupSpec spec{path, {}};
  bool has_scale = false;
  for (const std::string& name : members(group)) {
    switch (type_of(group, name)) {
      case H5I_GROUP:
        search(file, path.empty() ? name : path + "/" + name, found);
        break;
      case H5I_DATASET:
        add_dataset(group, name, spec, has_scale);
        break;
      default:
        break;
    }
  }
  if (has_scale) found.push_back(std::move(spec));
}

}  // namespace

Id open_record(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) throw Error("no such file", "name the file run.h5 of a run");
  const Id access = properties(H5P_FILE_ACCESS);
  check(H5Pset_file_locking(access, false, true), "set file locking");  // a reader must hinder nobody
  // A block whose checksum is wrong is perhaps being written: it is read again, after a pause that doubles from 1 ns
  // on. HDF5's own number of attempts, 100, would take for ever where the file is damaged.
  constexpr unsigned kAttempts = 30;  // two seconds in all
  check(H5Pset_metadata_read_attempts(access, kAttempts), "set the attempts to read");
  hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, access);
  if (file < 0) file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access);
  Id opened(file, &H5Fclose, "open the file");
  if (read_attribute(open_group(opened, "/"), "byolab_schema").empty())
    throw Error("an HDF5 file, but not the record of a run", "name the file run.h5 of a run");
  H5Eclear2(H5E_DEFAULT);
  return opened;
}

std::vector<GroupSpec> find_groups(hid_t file) {
  std::vector<GroupSpec> found;
  search(file, "", found);
  return found;
}

}  // namespace byolab::hdf5
