#pragma once

#include "record/hdf5.hpp"
#include "record/history.hpp"

namespace byolab::hdf5 {

/// The groups of a record that have a scale, in the order in which they were made. Reads no rows.
std::vector<GroupSpec> find_groups(hid_t file);

}  // namespace byolab::hdf5
