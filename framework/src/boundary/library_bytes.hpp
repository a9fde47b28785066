#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace byolab {

/// What tells a file from one that took its place, or was written over.
struct FileStamp {
  std::uint64_t device = 0, inode = 0;
  std::int64_t size = 0, modified = 0, changed = 0;  ///< bytes; ns since 1970

  bool operator==(const FileStamp&) const = default;
};

/// Throws Error if there is no such file.
FileStamp stamp_of(const std::filesystem::path& path);

/// How much of a library is read: what the dynamic linker maps of it, or all (debug information may be large).
enum class Extent { mapped, whole };

struct LibraryBytes {
  std::string bytes;
  FileStamp stamp;  ///< of the file that was read
};

/// Opens a library once and reads it, its header first: nothing is read of a file that is none. Refuses a file or a
/// folder that others may write into, and more bytes than a plugin library may have. Throws Error, one sentence.
LibraryBytes read_library(const std::filesystem::path& path, Extent extent);

}  // namespace byolab
