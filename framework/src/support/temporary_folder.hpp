#pragma once

#include <filesystem>
#include <string>

#include "byolab/abi.hpp"

namespace byolab {

/// A folder in TMPDIR that is gone, with all that is in it, when this is.
class BYOLAB_API TemporaryFolder {
 public:
  /// Its name begins with "byolab-" and `use`. Throws Error where none can be made.
  explicit TemporaryFolder(const std::string& use);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace byolab
