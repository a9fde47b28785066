#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include <tiffio.h>

#include "image_decode.hpp"
#include "image_turn.hpp"

namespace images {
namespace {

/// What libtiff's callbacks see: a file in memory.
struct Memory {
  const Bytes& bytes;
  std::uint64_t at = 0;
  char message[200] = "";  ///< the first error
};

tmsize_t on_read(thandle_t handle, void* out, tmsize_t count) {
  auto* memory = static_cast<Memory*>(handle);
  const std::uint64_t size = memory->bytes.size(), left = memory->at < size ? size - memory->at : 0;
  const auto given = std::min(static_cast<std::uint64_t>(count), left);
  if (given > 0) std::memcpy(out, memory->bytes.data() + memory->at, given);
  memory->at += given;
  return static_cast<tmsize_t>(given);
}

tmsize_t on_write(thandle_t, void*, tmsize_t) { return 0; }

toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
  auto* memory = static_cast<Memory*>(handle);
  const std::uint64_t from = whence == SEEK_CUR ? memory->at : whence == SEEK_END ? memory->bytes.size() : 0;
  return memory->at = from + offset;
}

int on_close(thandle_t) { return 0; }
toff_t on_size(thandle_t handle) { return static_cast<Memory*>(handle)->bytes.size(); }

int on_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto* memory = static_cast<Memory*>(user);
  if (!*memory->message) std::vsnprintf(memory->message, sizeof memory->message, format, arguments);
  return 1;  // told: nobody prints it
}

int on_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }  // about tags that pixels do not need

struct Close {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, Close>;

Tiff open(Memory& memory, const Limits& limits) {
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, 8 * limits.pixels + (1 << 20));  // four channels of 16 bits
  TIFFOpenOptionsSetErrorHandlerExtR(options, &on_error, &memory);
  TIFFOpenOptionsSetWarningHandlerExtR(options, &on_warning, &memory);
  // m: no mapping of the file into memory, since it is there.
  Tiff tiff(TIFFClientOpenExt("image", "rm", &memory, &on_read, &on_write, &on_seek, &on_close, &on_size, nullptr,
                              nullptr, options));
  TIFFOpenOptionsFree(options);
  return tiff;
}

/// libtiff multiplies colours by a transparency that stands beside them; as it is dropped, they are to stay.
void leave_colours(TIFF* tiff) {
  std::uint16_t count = 0, *kinds = nullptr;
  if (!TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) || count < 1 || kinds[0] != EXTRASAMPLE_UNASSALPHA)
    return;
  std::vector<std::uint16_t> changed(kinds, kinds + count);
  changed[0] = EXTRASAMPLE_ASSOCALPHA;
  TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, count, changed.data());
}

}  // namespace

Peek peek_at_tiff(const Bytes& bytes) {
  Memory memory{bytes};
  const Tiff tiff = open(memory, {});
  if (!tiff) return {};
  std::uint16_t bits = 1;
  TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_BITSPERSAMPLE, &bits);
  return {bits > 8, TIFFLastDirectory(tiff.get()) == 0, false};
}

void decode_tiff(const std::string& path, const Bytes& bytes, const Limits& limits, byolab::Picture& picture) {
  Memory memory{bytes};
  const Tiff tiff = open(memory, limits);
  const auto broken = [&](const char* otherwise) {
    fail(path,
         std::string("it is a TIFF that libtiff cannot read (") + (*memory.message ? memory.message : otherwise) + ")",
         kConvert);
  };
  if (!tiff) broken("its header makes no sense");
  std::uint32_t width = 0, height = 0;
  TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
  check_size(path, width, height, limits);
  leave_colours(tiff.get());
  std::uint16_t orientation = ORIENTATION_TOPLEFT;
  TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_ORIENTATION, &orientation);
  const std::size_t pixels = std::size_t{width} * height;
  std::vector<std::uint32_t> raster(pixels);
  constexpr int kStopAtErrors = 1;
  // libtiff mirrors, and does not turn what lies on its side: it is asked for the pixels as they are stored.
  if (!TIFFReadRGBAImageOriented(tiff.get(), width, height, raster.data(), orientation, kStopAtErrors) ||
      *memory.message)
    broken("its data makes no sense");
  picture.width = static_cast<int>(width);
  picture.height = static_cast<int>(height);
  picture.pixels.resize(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    picture.pixels[3 * i] = TIFFGetR(raster[i]);
    picture.pixels[3 * i + 1] = TIFFGetG(raster[i]);
    picture.pixels[3 * i + 2] = TIFFGetB(raster[i]);
  }
  turn_upright(orientation, picture);
}

}  // namespace images
