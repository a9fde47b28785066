#pragma once

#include <filesystem>

#include "record/history.hpp"
#include "record/reader.hpp"

namespace byolab::hdf5 {

/// Opens a closed record, or one that is being written, or whose writer died: with SWMR, what was flushed is there.
/// Throws Error for what is no record, or one of another schema.
Reader open_record(const std::filesystem::path& path);

/// The groups of a record that have a scale, in the order in which they were made. Reads no rows.
std::vector<GroupSpec> find_groups(const Reader& record);

}  // namespace byolab::hdf5
