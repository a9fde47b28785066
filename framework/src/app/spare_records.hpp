#pragma once

#include <filesystem>

#include "record/disk.hpp"

namespace byolab {

/// An output is written over what stands there, but never over what a run or a sweep recorded. Throws Error.
inline void spare_records(const std::filesystem::path& output) {
  if (is_precious(output))
    throw Error(output.string() + " is a record or a checkpoint: nothing is written over it", "choose another -o FILE");
}

}  // namespace byolab
