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
void to_rgb(const std::vector<std::uint8_t>& cmyk, std::vector<std::uint8_t>& rgb) {
  for (std::size_t i = 0; i < cmyk.size() / 4; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      rgb[3 * i + c] = static_cast<std::uint8_t>((cmyk[4 * i + c] * cmyk[4 * i + 3] + 127) / 255);
}

}  // namespace

void decode_jpeg(const std::string& path, const std::vector<std::uint8_t>& bytes, byolab::Picture& picture) {
  thread_local const std::unique_ptr<void, Destroy> decoder(tjInitDecompress());
  if (!decoder) fail(path, "libturbojpeg could not be started", "free some memory");
  const auto check = [&](int status) {
    if (status != 0 && !harmless(decoder.get()))
      fail(path, std::string("it is a damaged JPEG (") + tjGetErrorStr2(decoder.get()) + ")", kDamaged);
  };
  int width = 0, height = 0, subsampling = 0, space = 0;
  check(tjDecompressHeader3(decoder.get(), bytes.data(), bytes.size(), &width, &height, &subsampling, &space));
  if (width < 1 || height < 1) fail(path, "it is a damaged JPEG (it ends before its picture begins)", kDamaged);
  const bool cmyk = space == TJCS_CMYK || space == TJCS_YCCK;
  const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  picture.width = width;
  picture.height = height;
  if (too_large(picture)) fail(path, "it has more pixels than any picture of a data set should", kDamaged);
  picture.pixels.resize(pixels * 3);
  std::vector<std::uint8_t> inks(cmyk ? pixels * 4 : 0);
  std::uint8_t* const out = cmyk ? inks.data() : picture.pixels.data();
  check(tjDecompress2(decoder.get(), bytes.data(), bytes.size(), out, width, 0, height, cmyk ? TJPF_CMYK : TJPF_RGB,
                      TJFLAG_ACCURATEDCT));
  if (cmyk) to_rgb(inks, picture.pixels);
}

}  // namespace images
