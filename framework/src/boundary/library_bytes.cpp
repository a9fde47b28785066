#include "boundary/library_bytes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "boundary/elf.hpp"
#include "byolab/error.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = std::uint64_t{2} << 30;  // of a file that is read as a whole

[[noreturn]] void cannot_read() { throw Error("it cannot be read: " + std::string(std::strerror(errno))); }

FileStamp stamp_from(const struct stat& info) {
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return {info.st_dev, info.st_ino, info.st_size, nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
}

class OpenFile {
 public:
  explicit OpenFile(const fs::path& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (file_ < 0 || ::fstat(file_, &info_) != 0) cannot_read();
  }
  ~OpenFile() {
    if (file_ >= 0) ::close(file_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  const struct stat& info() const { return info_; }
  std::uint64_t size() const { return static_cast<std::uint64_t>(info_.st_size); }

  /// As many of these bytes as there are.
  std::string read(std::uint64_t offset, std::uint64_t count) const {
    if (offset >= size()) return {};
    std::string bytes(std::min(count, size() - offset), '\0');
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t got = ::pread(file_, bytes.data() + at, bytes.size() - at, static_cast<off_t>(offset + at));
      if (got < 0) cannot_read();
      if (got == 0) return bytes.substr(0, at);  // it was cut meanwhile
      at += static_cast<std::size_t>(got);
    }
    return bytes;
  }

 private:
  int file_;
  struct stat info_ {};
};

bool everybody_writes(const struct stat& info) { return (info.st_mode & S_IWOTH) != 0; }

[[noreturn]] void refuse_open_door(const char* what, const fs::path& place) {
  throw Error(fmt::format("{} can be written by everybody, so anyone could put code into this program", what),
              fmt::format("chmod o-w {}", shown(place)));
}

/// In a sticky folder (/tmp) everybody may make files, but touch only his own: so it matters whose this one is.
void check_permissions(const struct stat& file, const fs::path& path) {
  struct stat folder {};
  if (::stat(path.parent_path().c_str(), &folder) != 0) cannot_read();
  if (everybody_writes(file)) refuse_open_door("the file", path);
  if (!everybody_writes(folder)) return;
  if (!(folder.st_mode & S_ISVTX)) refuse_open_door("its folder", path.parent_path());
  if (file.st_uid != 0 && file.st_uid != ::geteuid())
    throw Error(
        fmt::format("it belongs to another user (uid {}), in a folder that everybody can write into", file.st_uid),
        "copy it into a folder of your own, if you trust that user");
}

}  // namespace

FileStamp stamp_of(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) cannot_read();
  return stamp_from(info);
}

LibraryBytes read_library(const fs::path& path, Extent extent) {
  const OpenFile file(fs::absolute(path));
  if (!S_ISREG(file.info().st_mode)) throw Error("it is not a regular file");
  check_permissions(file.info(), fs::absolute(path));
  std::uint64_t count =
      ElfImage::bytes_mapped([&](auto offset, auto bytes) { return file.read(offset, bytes); }, file.size());
  if (extent == Extent::whole) count = file.size();
  if (count > kMostBytes)
    throw Error(fmt::format("it has {} bytes, more than a plugin library may ({})", count, kMostBytes), "strip it");
  return {file.read(0, count), stamp_from(file.info())};
}

}  // namespace byolab
