#include "kept_contents.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>

#include "text.hpp"

namespace images {
namespace {

namespace fs = std::filesystem;

// The file: a mark, the rows in the machine's own order of bytes, a digest of both.
constexpr char kMark[16] = "byolab content2";

fs::path cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (cache && *cache == '/') return fs::path(cache) / "byolab" / "contents";
  if (home && *home == '/') return fs::path(home) / ".cache" / "byolab" / "contents";
  return {};
}

/// By what the folder is, not what it is called: it may be moved.
std::string name_of(const fs::path& split) {
  const Stamp stamp = stamp_of(split.string());
  return std::to_string(stamp.device) + "-" + std::to_string(stamp.inode);
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string reason(const fs::path& path, int error) { return shown(path.string()) + ": " + std::strerror(error); }

}  // namespace

KeptContents::KeptContents(const fs::path& split) {
  const fs::path folder = cache_folder();
  if (folder.empty()) return;
  file_ = folder / name_of(split);
  read();
}

void KeptContents::read() {
  std::ifstream in(file_, std::ios::binary | std::ios::ate);
  if (!in) return;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(in.tellg()));
  const std::size_t around = sizeof kMark + sizeof(Digest);
  if (bytes.size() < around || (bytes.size() - around) % sizeof(Row) != 0) return;
  in.seekg(0);
  if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) return;
  const std::size_t end = bytes.size() - sizeof(Digest);
  const Digest digest = digest_of({bytes.data(), end});
  if (std::memcmp(bytes.data(), kMark, sizeof kMark) != 0 ||
      std::memcmp(&bytes[end], digest.data(), digest.size()) != 0)
    return;
  known_.reserve((end - sizeof kMark) / sizeof(Row));
  for (std::size_t at = sizeof kMark; at < end; at += sizeof(Row)) {
    Row row;
    std::memcpy(&row, &bytes[at], sizeof row);
    known_.emplace(row.stamp.inode, row);
  }
}

bool KeptContents::find(const Stamp& stamp, Contents& contents) const {
  const auto found = known_.find(stamp.inode);
  if (found == known_.end() || found->second.stamp != stamp) return false;
  const Row& row = found->second;
  contents = {row.digest, row.deep != 0, row.further != 0, row.turned != 0};
  return true;
}

void KeptContents::add(const Stamp& stamp, const Contents& contents) {
  next_.push_back({stamp, contents.digest, contents.deep, contents.further, contents.turned});
}

std::string KeptContents::write() const {
  static_assert(sizeof(Row) == 80, "no bytes between the members, since all are written");
  if (next_.empty()) return {};
  if (file_.empty()) return "neither XDG_CACHE_HOME nor HOME names a folder";
  std::error_code error;
  fs::create_directories(file_.parent_path(), error);
  if (error) return shown(file_.parent_path().string()) + ": " + error.message();
  std::vector<std::uint8_t> bytes(sizeof kMark + next_.size() * sizeof(Row));
  std::memcpy(bytes.data(), kMark, sizeof kMark);
  if (!next_.empty()) std::memcpy(&bytes[sizeof kMark], next_.data(), next_.size() * sizeof(Row));
  const Digest digest = digest_of(bytes);
  bytes.insert(bytes.end(), digest.begin(), digest.end());

  const fs::path fresh = file_.string() + "." + std::to_string(::getpid());
  std::unique_ptr<std::FILE, CloseFile> out(std::fopen(fresh.c_str(), "wbxe"));
  if (!out) return reason(fresh, errno);
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), out.get()) == bytes.size();
  const bool closed = std::fclose(out.release()) == 0;
  if (written && closed && std::rename(fresh.c_str(), file_.c_str()) == 0) return {};
  const std::string why = reason(fresh, errno);
  std::remove(fresh.c_str());
  return why;
}

}  // namespace images
