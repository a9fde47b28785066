#include "report/pictures.hpp"

#include <openssl/evp.h>
#include <png.h>
#include <turbojpeg.h>

#include <memory>

#include "byolab/error.hpp"

namespace byolab {
namespace {

constexpr int kQuality = 90;

std::string png_of(const PictureView& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.height = static_cast<png_uint_32>(picture.height);
  image.width = static_cast<png_uint_32>(picture.width);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.pixels, 0, nullptr))
    throw Error(std::string("a picture cannot be encoded: ") + image.message);
  bytes.resize(size);
  return bytes;
}

std::string jpeg_of(const PictureView& picture) {
  const std::unique_ptr<void, int (*)(tjhandle)> encoder(tjInitCompress(), &tjDestroy);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  if (!encoder || tjCompress2(encoder.get(), picture.pixels, picture.width, 0, picture.height, TJPF_RGB, &data, &size,
                              TJSAMP_444, kQuality, 0) != 0)
    throw Error(std::string("a picture cannot be encoded: ") + tjGetErrorStr2(encoder.get()));
  std::string bytes(reinterpret_cast<const char*>(data), size);
  tjFree(data);
  return bytes;
}

std::string base64(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace

PictureView picture_at(const Array<std::uint8_t>& images, std::int64_t place) {
  const std::size_t axes = images.shape.size();
  const std::int64_t height = images.size(axes - 3), width = images.size(axes - 2);
  return {&images.at(place * height * width * images.size(axes - 1)), static_cast<int>(height),
          static_cast<int>(width)};
}

std::size_t Pictures::add(const PictureView& picture, bool exact) {
  std::string url =
      exact ? "data:image/png;base64," + base64(png_of(picture)) : "data:image/jpeg;base64," + base64(jpeg_of(picture));
  const auto [place, is_new] = places_.emplace(std::move(url), urls_.size());
  if (is_new) urls_.push_back(place->first);
  return place->second;
}

}  // namespace byolab
