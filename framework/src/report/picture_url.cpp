#include "report/picture_url.hpp"

#include <openssl/evp.h>
#include <png.h>

#include "byolab/error.hpp"

namespace byolab {
namespace {

std::string png_of(const at::Tensor& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.height = static_cast<png_uint_32>(picture.size(0));
  image.width = static_cast<png_uint_32>(picture.size(1));
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.const_data_ptr(), 0, nullptr))
    throw Error(std::string("a picture cannot be encoded: ") + image.message);
  bytes.resize(size);
  return bytes;
}

}  // namespace

std::string picture_url(const at::Tensor& picture) {
  const std::string png = png_of(picture.contiguous());
  std::string text((png.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(png.data()), static_cast<int>(png.size()));
  text.resize(static_cast<std::size_t>(length));
  return "data:image/png;base64," + text;
}

}  // namespace byolab
