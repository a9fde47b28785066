#include "record/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <utility>

#include "record/disk.hpp"

namespace byolab {
namespace {

/// "process 4711 on node7"
std::string own_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return "process " + std::to_string(::getpid()) + " on " + host.data();
}

std::string holder(int file) {
  std::array<char, 512> text{};
  const ssize_t size = ::pread(file, text.data(), text.size() - 1, 0);
  const std::string line(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return line.empty() ? "another process" : line.substr(0, line.find('\n'));
}

/// An ordinary file, with nothing in it or the line that a RunLock writes.
bool is_lock_file(int file) {
  struct stat info {};
  if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) return false;
  return info.st_size == 0 || holder(file).starts_with("process ");
}

/// Somebody who only looks (`writer_of`) holds a shared lock for a moment: that is no writer.
bool lock_exclusively(int file) {
  constexpr int kTries = 5;
  for (int i = 0; i < kTries; ++i) {
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK) return false;
    if (i + 1 < kTries) ::usleep(20'000);
  }
  errno = EWOULDBLOCK;
  return false;
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& folder) : folder_(folder) {
  const auto path = folder / "lock";
  // Close-on-exec: a program started from here must not keep the lock alive.
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  if (file < 0 && errno == ELOOP)
    throw Error(path.string() + " is a link, and what it names is not byolab's to write", "remove the link");
  if (file < 0) with_path(path, [] { throw system_error("make the file", errno); });
  if (!is_lock_file(file)) {
    ::close(file);
    throw Error(path.string() + " is none of byolab's locks, and would be written over",
                "move it elsewhere, or choose another folder");
  }
  if (!lock_exclusively(file)) {
    const int reason = errno;
    const std::string other = holder(file);
    ::close(file);
    if (reason == EWOULDBLOCK)
      throw Error(folder.string() + ": this run is being written by " + other,
                  "wait for it, stop it, or set [run] output to another folder");
    with_path(path, [&] { throw system_error("lock the file", reason); });
  }
  const std::string name = own_name() + "\n";
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, name.data(), name.size(), 0) < 0) {
    // On a full disk the lock holds all the same; only its message to others is missing.
  }
  file_ = file;
}

RunLock::RunLock(RunLock&& other) noexcept : folder_(other.folder_), file_(std::exchange(other.file_, -1)) {}

bool is_abandoned(const std::filesystem::path& folder) {
  const auto path = folder / "lock";
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  std::ifstream lock(path), locks("/proc/locks");
  std::string owner, line;
  if (!locks || !std::getline(lock, owner)) return false;
  const std::string name = own_name(), host = name.substr(name.rfind(" on "));
  if (!owner.ends_with(host)) return false;
  // "1: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF"; the device's number is not always stat's, so the inode
  // decides.
  const std::string inode = ":" + std::to_string(info.st_ino) + " ";
  while (std::getline(locks, line))
    if (line.find("FLOCK") != std::string::npos && line.find(inode) != std::string::npos) return false;
  return true;
}

RunLock::~RunLock() {
  // The file stays: removing it would let two processes lock two files of the same name.
  if (file_ >= 0) ::close(file_);
}

std::optional<std::string> writer_of(const std::filesystem::path& folder) {
  const int file = ::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  std::optional<std::string> writer;
  // A shared lock, for a moment: two that look at once do not take one another for a writer.
  if (::flock(file, LOCK_SH | LOCK_NB) != 0) writer = holder(file);
  ::close(file);
  return writer;
}

}  // namespace byolab
