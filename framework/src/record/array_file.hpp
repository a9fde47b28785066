#pragma once

#include <filesystem>
#include <string>
#include <type_traits>

#include "record/hdf5.hpp"
#include "support/array.hpp"

namespace byolab::hdf5 {

/// A file in memory: it is written to the disk in one piece, since HDF5 never recovers from a disk that is full.
Id make_in_memory(const char* name);
/// Puts it in the place of `path`: complete, or as it was before.
void write_image(hid_t file, const std::filesystem::path& path);

Id make_group(hid_t parent, const std::string& name);

template <class T>
hid_t type_of() {
  return std::is_same_v<T, float>          ? H5T_NATIVE_FLOAT
         : std::is_same_v<T, double>       ? H5T_NATIVE_DOUBLE
         : std::is_same_v<T, std::int64_t> ? H5T_NATIVE_INT64
                                           : H5T_NATIVE_UINT8;
}

/// A dataset of an array, with its meaning; none of an undefined one.
template <class T>
void write_array(hid_t group, const std::string& name, const Array<T>& array, const std::string& meaning) {
  if (!array.defined()) return;
  const std::vector<hsize_t> shape(array.shape.begin(), array.shape.end());
  const Id space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), &H5Sclose, "make a shape");
  const hid_t type = type_of<T>();
  const Id dataset(H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), &H5Dclose,
                   "make a dataset");
  if (array.count())
    check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.data.data()), "write a dataset");
  write_attribute(dataset, "long_name", meaning);
}

}  // namespace byolab::hdf5
