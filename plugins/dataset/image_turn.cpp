#include "image_turn.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace images {
namespace {

using Part = std::span<const std::uint8_t>;

constexpr std::uint16_t kOrientation = 0x0112, kShort = 3;

/// A whole number of `count` bytes, or 0 beyond the end.
std::size_t number(Part part, std::size_t at, std::size_t count, bool little) {
  if (at > part.size() || count > part.size() - at) return 0;
  std::size_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | part[at + (little ? count - 1 - i : i)];
  return value;
}

bool begins(Part part, std::string_view text) {
  return part.size() >= text.size() && std::equal(text.begin(), text.end(), part.begin());
}

Part after(Part part, std::size_t count) { return part.subspan(std::min(count, part.size())); }

/// EXIF is a TIFF without pixels; WebP's and some PNGs' begin with the name that it has in a JPEG.
bool is_turned(Part exif) {
  constexpr std::string_view kName{"Exif\0\0", 6};
  if (begins(exif, kName)) exif = after(exif, kName.size());
  const bool little = begins(exif, "II");
  if (!little && !begins(exif, "MM")) return false;
  const std::size_t list = number(exif, 4, 4, little), entries = number(exif, list, 2, little);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = list + 2 + 12 * i;
    if (number(exif, entry, 2, little) != kOrientation) continue;
    const std::size_t value = number(exif, entry + 8, 2, little);
    return number(exif, entry + 2, 2, little) == kShort && value >= 2 && value <= 8;
  }
  return false;
}

}  // namespace

void turn_upright(int orientation, byolab::Picture& picture) {
  if (orientation < 2 || orientation > 8) return;
  const bool on_side = orientation >= 5;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const int height = picture.height, width = picture.width;
  const int upright_height = on_side ? width : height, upright_width = on_side ? height : width;
  std::vector<std::uint8_t> upright(picture.pixels.size());
  std::uint8_t* to = upright.data();
  for (int y = 0; y < upright_height; ++y)
    for (int x = 0; x < upright_width; ++x) {
      const int row = on_side ? x : y, column = on_side ? y : x;
      const auto from_row = static_cast<std::size_t>(from_below ? height - 1 - row : row);
      const auto from_column = static_cast<std::size_t>(from_right ? width - 1 - column : column);
      to = std::copy_n(&picture.pixels[3 * (from_row * static_cast<std::size_t>(width) + from_column)], 3, to);
    }
  picture.pixels = std::move(upright);
  picture.height = upright_height;
  picture.width = upright_width;
}

bool jpeg_is_turned(const std::vector<std::uint8_t>& bytes) {
  const Part all(bytes);
  for (std::size_t at = 2; at + 4 <= all.size() && all[at] == 0xFF && all[at + 1] != 0xDA;) {
    const std::size_t length = number(all, at + 2, 2, false);
    if (all[at + 1] == 0xE1 && begins(after(all, at + 4), "Exif"))
      return is_turned(after(all, at + 4).first(std::min(length, all.size() - at - 4)));
    at += 2 + length;
  }
  return false;
}

bool png_is_turned(const std::vector<std::uint8_t>& bytes) {
  constexpr std::size_t kAround = 12;  // length, name and check sum of a part
  const Part all(bytes);
  for (std::size_t at = 8; at + kAround <= all.size();) {
    const std::size_t length = number(all, at, 4, false);
    const Part part = after(all, at + 8);
    if (begins(after(all, at + 4), "eXIf")) return is_turned(part.first(std::min(length, part.size())));
    at += kAround + length;
  }
  return false;
}

bool webp_is_turned(const std::vector<std::uint8_t>& bytes) {
  const Part all(bytes);
  for (std::size_t at = 12; at + 8 <= all.size();) {
    const std::size_t length = number(all, at + 4, 4, true);
    const Part part = after(all, at + 8);
    if (begins(after(all, at), "EXIF")) return is_turned(part.first(std::min(length, part.size())));
    at += 8 + length + length % 2;
  }
  return false;
}

}  // namespace images
