#include "record/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace byolab {
namespace {

/// Repeats a call that a signal interrupted.
template <class Call>
auto steadily(Call call) {
  decltype(call()) result;
  do result = call();
  while (result < 0 && errno == EINTR);
  return result;
}

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags)
      : value_(steadily([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); })) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  int value() const { return value_; }
  /// False if the system reports only now that a write failed.
  bool close() {
    if (value_ < 0) return true;
    const int result = ::close(value_);
    value_ = -1;
    return result == 0 || errno == EINTR;
  }

 private:
  int value_;
};

void write_all(int file, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = steadily([&] { return ::write(file, data, size); });
    if (written < 0) throw system_error("write", errno);
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

/// What stands at the name of a temporary may be a link that somebody put there: it goes, and is not followed.
Descriptor fresh_file(const std::filesystem::path& path, int flags) {
  ::unlink(path.c_str());
  return Descriptor(path, flags | O_CREAT | O_EXCL | O_NOFOLLOW);
}

void write_durably(const std::filesystem::path& path, const char* data, std::size_t size) {
  Descriptor file = fresh_file(path, O_WRONLY);
  if (file.value() < 0) throw system_error("make the file", errno);
  write_all(file.value(), data, size);
  if (steadily([&] { return ::fsync(file.value()); }) != 0) throw system_error("write", errno);
  if (!file.close()) throw system_error("write", errno);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

/// A rename itself must survive a power cut. Some file systems cannot sync a folder: then it is late, not lost.
void sync_folder_of(const std::filesystem::path& path) {
  Descriptor folder(folder_of(path), O_RDONLY | O_DIRECTORY);
  if (folder.value() >= 0) ::fsync(folder.value());
}

}  // namespace

Error system_error(const char* what, int number) {
  const char* hint = "";
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      hint = "free some space there, or set [run] output to another folder";
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      hint = "make the folder writable, or set [run] output to another one";
      break;
    case ENOENT:
      hint = "check the path; the folder must exist";
      break;
    default:
      break;
  }
  return Error(std::string("cannot ") + what + ": " + std::strerror(number), hint);
}

void make_empty_file(const std::filesystem::path& path) {
  const Descriptor file = fresh_file(path, O_RDWR);
  if (file.value() < 0) throw system_error("make the file", errno);
}

void reserve_space(int descriptor, std::size_t bytes) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) throw system_error("look at the file", errno);
  const off_t length = info.st_size + static_cast<off_t>(bytes);
  const auto claim = [&] { return ::fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, length); };
  if (steadily(claim) == 0) return;
  if (errno != EOPNOTSUPP && errno != ENOSYS) throw system_error("write", errno);
  struct statvfs free {};
  if (::fstatvfs(descriptor, &free) == 0 && free.f_bavail * free.f_frsize < bytes) throw system_error("write", ENOSPC);
}

void release_reserve(const std::filesystem::path& path) {
  struct stat info {};
  // Cutting a file to its own length frees the blocks beyond its end. If it fails, only space is lost.
  if (::stat(path.c_str(), &info) == 0 && ::truncate(path.c_str(), info.st_size) != 0) return;
}

void write_atomically(const std::filesystem::path& path, const char* data, std::size_t size) {
  const std::filesystem::path temporary = path.string() + ".tmp";
  try {
    write_durably(temporary, data, size);
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw system_error("rename the file", errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_folder_of(path);
}

void write_into(int descriptor, const char* data, std::size_t size) { write_all(descriptor, data, size); }

void write_into(const std::filesystem::path& path, const char* data, std::size_t size) {
  Descriptor file(path, O_WRONLY);
  if (file.value() < 0) throw system_error("open it", errno);
  write_all(file.value(), data, size);
  if (!file.close()) throw system_error("write", errno);
}

void replace_by(const std::filesystem::path& path, const std::filesystem::path& fresh) {
  Descriptor file(fresh, O_RDONLY);
  if (file.value() < 0 || ::fsync(file.value()) != 0) throw system_error("write the file", errno);
  if (::rename(fresh.c_str(), path.c_str()) != 0) throw system_error("rename the file", errno);
  sync_folder_of(path);
}

bool is_precious(const std::filesystem::path& path) {
  static constexpr std::string_view kHdf5 = "\x89HDF\r\n\x1a\n";
  if (!std::filesystem::is_regular_file(path)) return false;
  std::string begin(kHdf5.size(), '\0');
  std::ifstream(path, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == kHdf5 || path.filename() == "checkpoint.pt";
}

std::string read_file(const std::filesystem::path& path) {
  Descriptor file(path, O_RDONLY);
  struct stat info {};
  if (file.value() < 0 || ::fstat(file.value(), &info) != 0) throw system_error("open the file", errno);
  if (!S_ISREG(info.st_mode)) throw Error("not a file");
  const auto memory = static_cast<off_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
  if (info.st_size > memory)
    throw Error("it has " + std::to_string(info.st_size) + " bytes, more than this machine has memory");
  std::string data(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t done = 0;
  while (done < data.size()) {
    const ssize_t got = steadily([&] { return ::read(file.value(), data.data() + done, data.size() - done); });
    if (got < 0) throw system_error("read the file", errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  data.resize(done);
  return data;
}

}  // namespace byolab
