#include "sweep/memory.hpp"

#include <fstream>
#include <limits>
#include <string>

namespace byolab {
namespace {

/// The number after a key in a file of lines "Key:   123 kB"; −1 if there is none.
std::int64_t kilobytes(const std::string& file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string word; lines >> word;)
    if (std::int64_t value = 0; word == key && lines >> value) return value;
  return -1;
}

/// A number alone in a file; −1 if there is none ("max").
std::int64_t number_in(const std::string& file) {
  std::int64_t value = -1;
  return std::ifstream(file) >> value ? value : -1;
}

}  // namespace

std::int64_t memory_left() {
  std::int64_t left = std::numeric_limits<std::int64_t>::max();
  if (const std::int64_t available = kilobytes("/proc/meminfo", "MemAvailable:"); available >= 0)
    left = available * 1024;
  const std::string group = "/sys/fs/cgroup/";
  const std::int64_t limit = number_in(group + "memory.max"), used = number_in(group + "memory.current");
  // Pages of files are given back when others need them.
  if (limit >= 0 && used >= 0)
    left = std::min(left, limit - used + std::max<std::int64_t>(0, kilobytes(group + "memory.stat", "inactive_file")));
  return left;
}

std::int64_t peak_memory(pid_t process) {
  return std::max<std::int64_t>(0, kilobytes("/proc/" + std::to_string(process) + "/status", "VmHWM:")) * 1024;
}

std::int64_t memory_of(pid_t process) {
  return std::max<std::int64_t>(0, kilobytes("/proc/" + std::to_string(process) + "/status", "VmRSS:")) * 1024;
}

}  // namespace byolab
