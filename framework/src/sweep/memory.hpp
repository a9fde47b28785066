#pragma once

#include <sys/types.h>

#include <cstdint>

namespace byolab {

/// Bytes that this machine, or the container that the process is in, has left.
std::int64_t memory_left();
/// Bytes that a process has at most had in memory, and has now; 0 if it cannot be told.
std::int64_t peak_memory(pid_t process);
std::int64_t memory_of(pid_t process);

}  // namespace byolab
