#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "byolab/error.hpp"

namespace byolab {

/// Says that this process alone writes into a run's folder: an flock on its file `lock`. The kernel drops it
/// when the process dies, however that happens, so that no stale lock can stay behind.
class BYOLAB_API RunLock {
 public:
  /// Throws Error, naming the process and host that hold it, or why the file cannot be made.
  explicit RunLock(const std::filesystem::path& folder);
  ~RunLock();
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  int file_ = -1;
};

/// Whether nobody on this machine writes into a run's folder: no process holds its lock, which was last taken here.
/// False where that cannot be told (another host's run, no such file). Takes no lock, so that it hinders nobody.
BYOLAB_API bool is_abandoned(const std::filesystem::path& folder);

/// Who writes into a run's folder ("process 4711 on node7"); nothing if nobody does. Works over a shared
/// folder too, where `is_abandoned` cannot tell; holds a shared lock for a moment, which RunLock waits out.
BYOLAB_API std::optional<std::string> writer_of(const std::filesystem::path& folder);

}  // namespace byolab
