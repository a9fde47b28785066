#include "sweep/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "byolab/error.hpp"

namespace byolab {
namespace {

void write_and_close(const std::filesystem::path& path, const std::string& text, int flags) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0666);
  errno = file < 0 ? errno : 0;
  const bool good = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int reason = errno;
  const bool closed = file < 0 || ::close(file) == 0;
  if (good && closed) return;
  if (reason == ELOOP)
    throw Error(path.string() + " is a link, and what it leads to is not byolab's to write", "remove the link");
  throw Error(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(reason ? reason : ENOSPC)),
              "free some space there, or choose another folder: --output FOLDER");
}

}  // namespace

void write_text(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path fresh = path.string() + ".new";
  ::unlink(fresh.c_str());
  write_and_close(fresh, text, O_EXCL);
  std::filesystem::rename(fresh, path);
}

void append_text(const std::filesystem::path& path, const std::string& text) { write_and_close(path, text, O_APPEND); }

}  // namespace byolab
