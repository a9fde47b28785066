#pragma once

#include <cstdint>
#include <string>

#include "byolab/abi.hpp"

namespace byolab {

/// How many threads may be kept busy, at least 1, and what settled it: "2 processors", "OMP_NUM_THREADS".
struct Allowance {
  int threads = 1;
  std::string by;
};
/// By this process and those that it starts: the processors that it may run on (taskset), or a control group's quota
/// of processor time (containers, Slurm) if that is less.
BYOLAB_API Allowance allowed_processors();
/// By this process: those, or OMP_NUM_THREADS if that is less.
BYOLAB_API Allowance allowed_threads();

/// Bytes of memory that this process may use: the machine's, or a control group's limit if that is less.
BYOLAB_API std::int64_t allowed_memory();

}  // namespace byolab
