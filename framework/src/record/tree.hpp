#pragma once

#include <filesystem>

#include "record/hdf5.hpp"
#include "record/history.hpp"

namespace byolab::hdf5 {

/// Opens a closed record, or one that is being written, or whose writer died: with SWMR, what was flushed is there.
/// Throws Error for what is no record.
Id open_record(const std::filesystem::path& path);

/// The groups of a record that have a scale, in the order in which they were made. Reads no rows.
std::vector<GroupSpec> find_groups(hid_t file);

}  // namespace byolab::hdf5
