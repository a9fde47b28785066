#include "image_decode.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "image_turn.hpp"
#include "text.hpp"

namespace images {
namespace {

struct CloseImage {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

enum class Format { jpeg, png, webp, tiff, plain, other };

Format format_of(const Bytes& bytes) {
  const auto at = [&](std::size_t offset, std::string_view magic) {
    return bytes.size() >= offset + magic.size() && std::memcmp(&bytes[offset], magic.data(), magic.size()) == 0;
  };
  if (at(0, "\xFF\xD8\xFF")) return Format::jpeg;
  if (at(0, "\x89PNG\r\n\x1A\n")) return Format::png;
  if (at(0, "RIFF") && at(8, "WEBP")) return Format::webp;
  if (at(0, {"II*\0", 4}) || at(0, {"MM\0*", 4}) || at(0, {"II+\0", 4}) || at(0, {"MM\0+", 4})) return Format::tiff;
  if (at(0, "BM") || at(0, "P2") || at(0, "P3") || at(0, "P5") || at(0, "P6")) return Format::plain;
  return Format::other;
}

}  // namespace

void fail(const std::string& path, const std::string& what, const std::string& hint) {
  throw byolab::Error(shown(path) + " cannot be read as an image: " + what, hint);
}

void check_size(const std::string& path, std::int64_t width, std::int64_t height, const Limits& limits) {
  if (width < 1 || height < 1) fail(path, "its header says that it has no pixel", kDamaged);
  if (width > limits.pixels / height)
    fail(path,
         "its header says " + std::to_string(width) + " x " + std::to_string(height) + " pixels, and " +
             std::to_string(limits.pixels) + " are allowed",
         "if it is sound, set [data] max_pixels higher; if not, replace it or remove it from the data set");
}

void read_whole(const std::string& path, Bytes& bytes, Stamp* stamp) {
  const std::unique_ptr<std::FILE, CloseImage> file(std::fopen(path.c_str(), "rbe"));
  if (!file) fail(path, std::strerror(errno), "check that it is there and that you may read it");
  struct stat status {};
  if (::fstat(::fileno(file.get()), &status) != 0) fail(path, std::strerror(errno), kDamaged);
  if (!S_ISREG(status.st_mode)) fail(path, "it is no regular file", "remove it from the data set");
  if (stamp) *stamp = stamp_of(status);
  bytes.resize(static_cast<std::size_t>(status.st_size));
  if (bytes.empty()) fail(path, "it is empty (0 bytes)", kDamaged);
  if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size())
    fail(path, std::ferror(file.get()) ? std::strerror(errno) : "it became shorter while it was read", kDamaged);
}

Peek peek_at(const Bytes& bytes) {
  constexpr std::size_t kPngDepth = 24;
  switch (format_of(bytes)) {
    case Format::jpeg:
      return {false, false, jpeg_is_turned(bytes)};
    case Format::png:
      return {bytes.size() > kPngDepth && bytes[kPngDepth] > 8, false, png_is_turned(bytes)};
    case Format::webp:
      return {false, false, webp_is_turned(bytes)};
    case Format::tiff:
      return peek_at_tiff(bytes);
    case Format::plain:
      return peek_at_plain(bytes);
    default:
      return {};
  }
}

void decode(const std::string& path, const Bytes& bytes, const Limits& limits, byolab::Picture& picture) {
  switch (format_of(bytes)) {
    case Format::jpeg:
      return decode_jpeg(path, bytes, limits, picture);
    case Format::png:
      return decode_png(path, bytes, limits, picture);
    case Format::webp:
      return decode_webp(path, bytes, limits, picture);
    case Format::tiff:
      return decode_tiff(path, bytes, limits, picture);
    case Format::plain:
      return decode_plain(path, bytes, limits, picture);
    case Format::other:
      fail(path, "its content is none of JPEG, PNG, WebP, TIFF, BMP, PPM and PGM, whatever its name says", kConvert);
  }
}

}  // namespace images
