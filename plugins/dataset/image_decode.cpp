#include "image_decode.hpp"

#include <sys/stat.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace images {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

bool begins_with(const std::vector<std::uint8_t>& bytes, std::initializer_list<unsigned> magic) {
  if (bytes.size() < magic.size()) return false;
  std::size_t i = 0;
  for (unsigned byte : magic)
    if (bytes[i++] != byte) return false;
  return true;
}

void read_whole(const std::string& path, std::vector<std::uint8_t>& bytes) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) fail(path, std::strerror(errno), "check that it is there and that you may read it");
  struct stat status {};
  if (::fstat(::fileno(file.get()), &status) != 0) fail(path, std::strerror(errno), kDamaged);
  if (!S_ISREG(status.st_mode)) fail(path, "it is no regular file", "remove it from the data set");
  bytes.resize(static_cast<std::size_t>(status.st_size));
  if (bytes.empty()) fail(path, "it is empty (0 bytes)", kDamaged);
  if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size())
    fail(path, std::ferror(file.get()) ? std::strerror(errno) : "it became shorter while it was read", kDamaged);
}

}  // namespace

void fail(const std::string& path, const std::string& what, const std::string& hint) {
  throw byolab::Error(path + " cannot be read as an image: " + what, hint);
}

void decode_file(const std::string& path, byolab::Picture& picture) {
  thread_local std::vector<std::uint8_t> bytes;  // kept, so that reading thousands of files allocates little
  read_whole(path, bytes);
  if (begins_with(bytes, {0xFF, 0xD8, 0xFF})) return decode_jpeg(path, bytes, picture);
  if (begins_with(bytes, {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A})) return decode_png(path, bytes, picture);
  fail(path, "its content is neither JPEG nor PNG, whatever its name says",
       "convert it to JPEG or PNG, or remove it from the data set (on_error = \"skip\" leaves such files out)");
}

}  // namespace images
