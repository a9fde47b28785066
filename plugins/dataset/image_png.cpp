#include <csetjmp>
#include <cstring>

#include <png.h>

#include "image_decode.hpp"

namespace images {
namespace {

/// What libpng's callbacks see.
struct Source {
  const Bytes& bytes;
  std::size_t at = 0;
  bool too_large = false;
  char message[128] = "";
};

// libpng reports errors by a jump to read_png, over its own frames and these, in which nothing has a destructor.
[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* source = static_cast<Source*>(png_get_error_ptr(png));
  std::strncpy(source->message, message, sizeof source->message - 1);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}  // about chunks that the pixels do not depend on

void on_read(png_structp png, png_bytep out, std::size_t count) {
  auto* source = static_cast<Source*>(png_get_io_ptr(png));
  if (count > source->bytes.size() - source->at) png_error(png, "the file ends too early");
  std::memcpy(out, source->bytes.data() + source->at, count);
  source->at += count;
}

/// Anything to 8-bit RGB. Gamma is left alone, as torchvision and PIL leave it.
void ask_for_rgb(png_structp png) {
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  png_set_strip_alpha(png);
  png_set_interlace_handling(png);
}

/// False if there was an error, told in source.message.
bool read_png(png_structp png, png_infop info, Source& source, const Limits& limits, byolab::Picture& picture,
              std::vector<png_bytep>& rows) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_read_fn(png, &source, &on_read);
  png_read_info(png, info);
  ask_for_rgb(png);
  png_read_update_info(png, info);
  picture.width = static_cast<int>(png_get_image_width(png, info));
  picture.height = static_cast<int>(png_get_image_height(png, info));
  if (picture.width > limits.pixels / picture.height) {
    source.too_large = true;
    return false;
  }
  const std::size_t stride = 3 * static_cast<std::size_t>(picture.width);
  if (png_get_rowbytes(png, info) != stride) png_error(png, "its pixels could not be converted to RGB");
  rows.resize(static_cast<std::size_t>(picture.height));
  picture.pixels.resize(stride * rows.size());
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = picture.pixels.data() + y * stride;
  png_read_image(png, rows.data());
  png_read_end(png, nullptr);
  return true;
}

}  // namespace

void decode_png(const std::string& path, const Bytes& bytes, const Limits& limits, byolab::Picture& picture) {
  Source source{bytes};
  std::vector<png_bytep> rows;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, &on_error, &on_warning);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  const bool succeeded = info && read_png(png, info, source, limits, picture, rows);
  png_destroy_read_struct(&png, &info, nullptr);
  if (source.too_large) check_size(path, picture.width, picture.height, limits);
  if (!succeeded)
    fail(
        path,
        std::string("it is a damaged PNG (") + (*source.message ? source.message : "libpng could not be started") + ")",
        kDamaged);
}

}  // namespace images
