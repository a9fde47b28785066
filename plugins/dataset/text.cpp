#include "text.hpp"

#include <cstdint>
#include <cstdio>

namespace images {
namespace {

/// Bytes of the character that begins at `at`; 0 if there is none in UTF-8, or a control character.
std::size_t character(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : 0;
  const std::size_t length = first >= 0xF0 && first < 0xF5   ? 4
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xC2 && first < 0xE0 ? 2
                                                             : 0;
  std::uint32_t code = length == 0 ? 0 : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3F);
  }
  const bool too_long = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool no_character = (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF || (code >= 0x80 && code < 0xA0) ||
                            code == 0x2028 || code == 0x2029;
  return too_long || no_character ? 0 : length;
}

}  // namespace

bool is_text(std::string_view name) {
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t length = character(name, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string shown(std::string_view name) {
  std::string text;
  for (std::size_t at = 0; at < name.size();) {
    if (const std::size_t length = character(name, at)) {
      text += name.substr(at, length);
      at += length;
    } else {
      char escaped[5];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(name[at++])));
      text += escaped;
    }
  }
  return text;
}

std::string count_of(std::int64_t count, std::string_view what) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits + " " + std::string(what) + (count == 1 ? "" : "s");
}

}  // namespace images
