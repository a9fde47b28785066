#include <webp/decode.h>

#include "image_decode.hpp"

namespace images {

void decode_webp(const std::string& path, const Bytes& bytes, const Limits& limits, byolab::Picture& picture) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK)
    fail(path, "it is a damaged WebP (its header makes no sense)", kDamaged);
  if (features.has_animation) fail(path, "it is an animated WebP, which is not read", kConvert);
  check_size(path, features.width, features.height, limits);
  picture.width = features.width;
  picture.height = features.height;
  const std::size_t stride = 3 * static_cast<std::size_t>(picture.width);
  picture.pixels.resize(stride * static_cast<std::size_t>(picture.height));
  if (!WebPDecodeRGBInto(bytes.data(), bytes.size(), picture.pixels.data(), picture.pixels.size(),
                         static_cast<int>(stride)))
    fail(path, "it is a damaged WebP (its data makes no sense, or ends too early)", kDamaged);
}

}  // namespace images
