#pragma once

#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace byolab::testing {

/// A folder of its own for a test, removed with its contents.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "byolab-XXXXXX").string();
    if (!::mkdtemp(name.data()))
      throw std::filesystem::filesystem_error("mkdtemp", std::error_code(errno, std::generic_category()));
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const char* name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Unmounts what a test has mounted there.
struct Mounted {
  std::filesystem::path path;
  ~Mounted() { ::umount2(path.c_str(), MNT_DETACH); }
};

}  // namespace byolab::testing
