#include <cstring>
#include <memory>

#include <turbojpeg.h>

#include "image_decode.hpp"

namespace images {
namespace {

struct Destroy {
  void operator()(void* handle) const { tjDestroy(handle); }
};

/// TurboJPEG goes on after a warning, as at a file's early end, and fails afterwards: half an image must not pass
/// for a whole one. Bytes too many between two parts harm nothing, and cameras write them.
bool harmless(void* decoder) {
  return tjGetErrorCode(decoder) == TJERR_WARNING && std::strstr(tjGetErrorStr2(decoder), "extraneous bytes");
}

/// TurboJPEG gives CMYK as it is stored: Adobe's files hold it inverted, so that 255 means no ink.
void to_rgb(const Bytes& cmyk, Bytes& rgb) {
  for (std::size_t i = 0; i < cmyk.size() / 4; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      rgb[3 * i + c] = static_cast<std::uint8_t>((cmyk[4 * i + c] * cmyk[4 * i + 3] + 127) / 255);
}

/// Its scans, counted until there are more than `most`. Markers stand between the parts, and the data of a scan holds
/// none but fillers and restarts.
std::int64_t scans_of(const Bytes& bytes, std::int64_t most) {
  std::int64_t scans = 0;
  for (std::size_t at = 2; at + 4 <= bytes.size() && scans <= most;) {
    const void* found = std::memchr(&bytes[at], 0xFF, bytes.size() - 3 - at);
    if (!found) break;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xD9) break;
    if (marker == 0xDA) ++scans;
    const bool alone = marker == 0x00 || marker == 0xFF || (marker >= 0xD0 && marker <= 0xD8);
    at += alone ? 1 : 2 + (std::size_t{bytes[at + 2]} << 8 | bytes[at + 3]);
  }
  return scans;
}

void check_scans(const std::string& path, const Bytes& bytes, const Limits& limits) {
  if (scans_of(bytes, limits.scans) > limits.scans)
    fail(path, "it is a progressive JPEG of more than " + std::to_string(limits.scans) + " scans",
         "files are written in ten or so, and each costs as much time as the whole picture; if it is sound, set [data] "
         "max_scans higher");
}

/// Throws away what it had begun, since TurboJPEG stays in its failed state: the next image gets a fresh one.
class JpegDecoder {
 public:
  void decode(const std::string& path, const Bytes& bytes, const Limits& limits, byolab::Picture& picture) {
    if (!handle_) handle_.reset(tjInitDecompress());
    if (!handle_) fail(path, "libturbojpeg could not be started", "free some memory");
    try {
      decode_with(handle_.get(), path, bytes, limits, picture);
    } catch (...) {
      handle_.reset();
      throw;
    }
  }

 private:
  static void decode_with(void* decoder, const std::string& path, const Bytes& bytes, const Limits& limits,
                          byolab::Picture& picture);
  std::unique_ptr<void, Destroy> handle_;
};

void JpegDecoder::decode_with(void* decoder, const std::string& path, const Bytes& bytes, const Limits& limits,
                              byolab::Picture& picture) {
  const auto check = [&](int status) {
    if (status != 0 && !harmless(decoder))
      fail(path, std::string("it is a damaged JPEG (") + tjGetErrorStr2(decoder) + ")", kDamaged);
  };
  int width = 0, height = 0, subsampling = 0, space = 0;
  check(tjDecompressHeader3(decoder, bytes.data(), bytes.size(), &width, &height, &subsampling, &space));
  if (width < 1 || height < 1) fail(path, "it is a damaged JPEG (it ends before its picture begins)", kDamaged);
  check_size(path, width, height, limits);
  check_scans(path, bytes, limits);
  const bool cmyk = space == TJCS_CMYK || space == TJCS_YCCK;
  const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  picture.width = width;
  picture.height = height;
  picture.pixels.resize(pixels * 3);
  Bytes inks(cmyk ? pixels * 4 : 0);
  std::uint8_t* const out = cmyk ? inks.data() : picture.pixels.data();
  check(tjDecompress2(decoder, bytes.data(), bytes.size(), out, width, 0, height, cmyk ? TJPF_CMYK : TJPF_RGB,
                      TJFLAG_ACCURATEDCT));
  if (cmyk) to_rgb(inks, picture.pixels);
}

}  // namespace

void decode_jpeg(const std::string& path, const Bytes& bytes, const Limits& limits, byolab::Picture& picture) {
  thread_local JpegDecoder decoder;  // kept, since starting one costs as much as a small image
  decoder.decode(path, bytes, limits, picture);
}

}  // namespace images
