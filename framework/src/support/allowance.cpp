#include "support/allowance.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>
#include <vector>

namespace byolab {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
  std::string line;
  if (std::ifstream in(file); in) std::getline(in, line);
  return line;
}

/// This process' control group of version 2 ("0::/path") or of a controller of version 1 ("4:cpu,cpuacct:/path").
std::optional<std::string> group_of(std::string_view controller) {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::stringstream names(line.substr(first + 1, second - first - 1));
    if (controller.empty() && names.str().empty()) return line.substr(second + 1);
    for (std::string name; std::getline(names, name, ',');)
      if (!controller.empty() && name == controller) return line.substr(second + 1);
  }
  return std::nullopt;
}

/// The group's folder and those above it: each may have a limit. In a container the path names a place outside of it,
/// and the root of the file system is the group.
std::vector<fs::path> folders(const fs::path& mount, const std::optional<std::string>& group) {
  std::vector<fs::path> all;
  std::error_code none;
  if (!group || !fs::is_directory(mount, none)) return all;
  for (fs::path path = mount / fs::path(*group).relative_path(); path != mount && path.has_relative_path();
       path = path.parent_path())
    if (fs::is_directory(path, none)) all.push_back(path);
  all.push_back(mount);
  return all;
}

const fs::path kMount = "/sys/fs/cgroup";

/// Processors' worth of time in each period; none without a limit.
std::optional<double> processor_quota() {
  std::optional<double> least;
  const auto take = [&](const std::string& quota, double period) {
    const double share = period > 0 ? std::atof(quota.c_str()) / period : 0;
    if (share > 0 && (!least || share < *least)) least = share;
  };
  for (const fs::path& folder : folders(kMount, group_of(""))) {
    std::stringstream line(first_line(folder / "cpu.max"));
    std::string quota;
    double period = 0;
    if (line >> quota >> period && quota != "max") take(quota, period);
  }
  for (const char* mount : {"cpu", "cpu,cpuacct"})
    for (const fs::path& folder : folders(kMount / mount, group_of("cpu")))
      take(first_line(folder / "cpu.cfs_quota_us"), std::atof(first_line(folder / "cpu.cfs_period_us").c_str()));
  return least;
}

int processors_here() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));  // more than a set holds
}

/// A list ("4,2") has a number for each level of nesting; the first is the one that counts here.
int openmp_threads() {
  const char* text = std::getenv("OMP_NUM_THREADS");
  return text ? std::max(0, std::atoi(text)) : 0;
}

}  // namespace

Allowance allowed_processors() {
  const int processors = processors_here();
  Allowance allowance{processors, fmt::format("{} processor{}", processors, processors == 1 ? "" : "s")};
  const auto quota = processor_quota();
  const int whole = quota ? std::max(1, static_cast<int>(std::min(*quota, 1e6))) : processors;
  if (whole < processors) allowance = {whole, fmt::format("a control group's quota of {:.3g} processors", *quota)};
  return allowance;
}

Allowance allowed_threads() {
  const Allowance allowance = allowed_processors();
  const int threads = openmp_threads();
  return threads > 0 && threads < allowance.threads ? Allowance{threads, "OMP_NUM_THREADS"} : allowance;
}

std::int64_t allowed_memory() {
  std::int64_t least = std::int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
  const auto take = [&](const std::string& text) {
    std::int64_t bytes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (error == std::errc() && end == text.data() + text.size() && bytes > 0) least = std::min(least, bytes);
  };
  for (const fs::path& folder : folders(kMount, group_of(""))) take(first_line(folder / "memory.max"));
  for (const fs::path& folder : folders(kMount / "memory", group_of("memory")))
    take(first_line(folder / "memory.limit_in_bytes"));
  return least;
}

}  // namespace byolab
