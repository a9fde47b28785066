#include "support/text.hpp"

#include <algorithm>
#include <cstdint>

namespace byolab {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Bytes of the well-formed character of UTF-8 at the text's beginning; 0 if there is none, or a control character.
std::size_t printable_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : 0;
  const std::size_t count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < count) return 0;
  std::uint32_t code = first & (0xFFU >> (count + 1));
  for (std::size_t i = 1; i < count; ++i) {
    if (!continues(text[i])) return 0;
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code < 0xE000, control = code >= 0x80 && code < 0xA0;
  return code < kLeast[count] || code > 0x10FFFF || surrogate || control ? 0 : count;
}

void escape(char byte, std::string& out) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  out += "\\x";
  out += kDigits[value >> 4];
  out += kDigits[value & 15];
}

}  // namespace

bool is_snake_case(std::string_view text) {
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto fits = [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && small(text.front()) && std::all_of(text.begin(), text.end(), fits);
}

std::string printable(std::string_view text, bool with_line_breaks) {
  std::string out;
  while (!text.empty()) {
    const bool line_break = with_line_breaks && text.front() == '\n';
    const std::size_t bytes = line_break ? 1 : printable_bytes(text);
    if (bytes)
      out += text.substr(0, bytes);
    else
      escape(text.front(), out);
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return out;
}

bool is_printable(std::string_view text) { return printable(text) == text; }

std::string shown(const std::filesystem::path& path) { return printable(path.native()); }

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field = "\"";
  for (const char letter : text) field += letter == '"' ? "\"\"" : std::string(1, letter);
  return field + '"';
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string shortened(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && continues(text[end])) --end;
  return text.substr(0, end) + "…";
}

}  // namespace byolab
