#include "record/array_file.hpp"

#include "record/disk.hpp"

namespace byolab::hdf5 {
namespace {

constexpr std::size_t kGrowth = 1 << 20;

std::string image_of(hid_t file) {
  check(H5Fflush(file, H5F_SCOPE_LOCAL), "write the file");
  const ssize_t size = check(H5Fget_file_image(file, nullptr, 0), "write the file");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  check(H5Fget_file_image(file, bytes.data(), bytes.size()), "write the file");
  return bytes;
}

}  // namespace

Id make_in_memory(const char* name) {
  const Id access = properties(H5P_FILE_ACCESS);
  check(H5Pset_fapl_core(access, kGrowth, false), "make a file in memory");
  // The oldest superblock: H5Fget_file_image clears the newer ones' mark "open", and leaves the checksum over it as
  // it was.
  check(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), "set the format's version");
  return Id(H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, access), &H5Fclose, "make a file in memory");
}

void write_image(hid_t file, const std::filesystem::path& path) {
  const std::string bytes = image_of(file);
  write_atomically(path, bytes.data(), bytes.size());
}

Id make_group(hid_t parent, const std::string& name) {
  return Id(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), &H5Gclose, "make a group");
}

}  // namespace byolab::hdf5
