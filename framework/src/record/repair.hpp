#pragma once

#include <cstdint>

#include "record/lock.hpp"

namespace byolab {

struct Repair {
  bool was_open = false;     ///< a writer had died; false: there was nothing to do
  std::int64_t trimmed = 0;  ///< half-written rows, beyond the last flush, that were cut off
};

/// Makes a record readable whose writer was killed: clears the mark "open for writing", and cuts all columns
/// to the length of their scale. Every row up to the last flush stays.
/// Throws Error while a live writer holds the folder's lock, unless that is `held`; or if the file is no record
/// (then a resumed run writes it anew from its checkpoint).
BYOLAB_API Repair repair(const std::filesystem::path& path, const RunLock* held = nullptr);

}  // namespace byolab
