#include "checkpoint/zip.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "support/text.hpp"

namespace byolab {
namespace {

constexpr std::size_t kEndSize = 22;
constexpr std::uint32_t kEnd = 0x06054b50, kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr std::uint32_t kCentral = 0x02014b50, kLocal = 0x04034b50;

[[noreturn]] void damaged_zip() { throw Error("damaged or cut short (its zip structure is broken)"); }

/// A little-endian number at a place that may lie anywhere.
template <class Number>
Number number_at(std::string_view bytes, std::size_t place) {
  if (place > bytes.size() || bytes.size() - place < sizeof(Number)) damaged_zip();
  Number value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    value |= static_cast<Number>(static_cast<Number>(static_cast<unsigned char>(bytes[place + i])) << (8 * i));
  return value;
}

std::string_view piece(std::string_view bytes, std::uint64_t place, std::uint64_t size) {
  if (place > bytes.size() || bytes.size() - place < size) damaged_zip();
  return bytes.substr(place, size);
}

/// CRC-32 as zip and PNG have it, eight bytes at a time.
using Crc = std::array<std::array<std::uint32_t, 256>, 8>;
Crc make_crc() {
  Crc table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? 0xEDB88320u : 0);
    table[0][i] = value;
  }
  for (std::size_t i = 0; i < 256; ++i)
    for (std::size_t k = 1; k < 8; ++k) table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 255];
  return table;
}

std::uint32_t crc32(std::string_view bytes) {
  static const Crc table = make_crc();
  std::uint32_t crc = ~0u;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    word ^= crc;
    crc = 0;
    for (std::size_t k = 0; k < 8; ++k) crc ^= table[7 - k][(word >> (8 * k)) & 255];
  }
  for (; i < bytes.size(); ++i) crc = (crc >> 8) ^ table[0][(crc ^ static_cast<unsigned char>(bytes[i])) & 255];
  return ~crc;
}

struct Directory {
  std::uint64_t entries = 0, place = 0;
};

Directory find_directory(std::string_view bytes) {
  const std::size_t end = zip_comment_begin(bytes) - kEndSize;
  Directory directory{number_at<std::uint16_t>(bytes, end + 10), number_at<std::uint32_t>(bytes, end + 16)};
  if (end >= 20 && number_at<std::uint32_t>(bytes, end - 20) == kLocator64) {
    const auto place = number_at<std::uint64_t>(bytes, end - 12);
    if (number_at<std::uint32_t>(bytes, place) != kEnd64) damaged_zip();
    directory = {number_at<std::uint64_t>(bytes, place + 32), number_at<std::uint64_t>(bytes, place + 48)};
  }
  return directory;
}

struct Entry {
  std::string_view name;
  std::uint64_t size = 0, header = 0;
  std::uint32_t crc = 0;
};

/// Sizes beyond 32 bits stand in an extra field, in this order, each only if its short form is all ones.
void read_zip64(std::string_view extra, Entry& entry, std::uint64_t& stored) {
  for (std::size_t at = 0; at + 4 <= extra.size();) {
    const auto id = number_at<std::uint16_t>(extra, at), length = number_at<std::uint16_t>(extra, at + 2);
    std::size_t field = at + 4;
    for (std::uint64_t* value : {&entry.size, &stored, &entry.header}) {
      if (id != 1 || *value != 0xFFFFFFFFu) continue;
      *value = number_at<std::uint64_t>(extra, field);
      field += 8;
    }
    at += 4 + length;
  }
}

Entry read_entry(std::string_view bytes, std::size_t& at) {
  if (number_at<std::uint32_t>(bytes, at) != kCentral) damaged_zip();
  Entry entry;
  const auto method = number_at<std::uint16_t>(bytes, at + 10);
  entry.crc = number_at<std::uint32_t>(bytes, at + 16);
  std::uint64_t stored = number_at<std::uint32_t>(bytes, at + 20);
  entry.size = number_at<std::uint32_t>(bytes, at + 24);
  const auto name = number_at<std::uint16_t>(bytes, at + 28), extra = number_at<std::uint16_t>(bytes, at + 30);
  const auto comment = number_at<std::uint16_t>(bytes, at + 32);
  entry.header = number_at<std::uint32_t>(bytes, at + 42);
  entry.name = piece(bytes, at + 46, name);
  read_zip64(piece(bytes, at + 46 + name, extra), entry, stored);
  at += 46u + name + extra + comment;
  if (method != 0 || stored != entry.size) throw Error("a compressed zip, which torch.save does not make");
  return entry;
}

struct ZipPart {
  std::string name;
  std::string_view data;
  std::uint64_t header = 0, end = 0;  ///< where it begins and ends in the archive
  std::uint32_t crc = 0;
};

/// Parts that share bytes: a small file could hold any number of large ones.
void check_apart(std::vector<ZipPart>& parts) {
  std::sort(parts.begin(), parts.end(), [](const ZipPart& a, const ZipPart& b) { return a.header < b.header; });
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (parts[i].header < parts[i - 1].end)
      throw Error("damaged: its parts '" + printable(parts[i - 1].name) + "' and '" + printable(parts[i].name) +
                  "' overlap");
}

}  // namespace

std::size_t zip_comment_begin(std::string_view bytes) {
  for (std::size_t comment = 0; comment <= 0xFFFF && comment + kEndSize <= bytes.size(); ++comment) {
    const std::size_t begin = bytes.size() - comment;
    if (number_at<std::uint32_t>(bytes, begin - kEndSize) == kEnd &&
        number_at<std::uint16_t>(bytes, begin - 2) == comment)
      return begin;
  }
  if (bytes.substr(0, 4) == "PK\x03\x04") throw Error("cut short (a zip without its end)");
  throw Error("not a file of torch.save's zip format");
}

void set_zip_comment_length(std::string& bytes, std::uint16_t length) {
  bytes[bytes.size() - 2] = static_cast<char>(length & 255);
  bytes[bytes.size() - 1] = static_cast<char>(length >> 8);
}

ZipArchive::ZipArchive(std::string_view bytes) {
  const Directory directory = find_directory(bytes);
  std::vector<ZipPart> parts;
  std::size_t at = directory.place;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    const Entry entry = read_entry(bytes, at);
    if (number_at<std::uint32_t>(bytes, entry.header) != kLocal) damaged_zip();
    const std::uint64_t begin = entry.header + 30 + number_at<std::uint16_t>(bytes, entry.header + 26) +
                                number_at<std::uint16_t>(bytes, entry.header + 28);
    parts.push_back(
        {std::string(entry.name), piece(bytes, begin, entry.size), entry.header, begin + entry.size, entry.crc});
  }
  check_apart(parts);  // before any byte is looked at: a small file could have the same ones looked at for ever
  for (const ZipPart& part : parts) {
    if (crc32(part.data) != part.crc)
      throw Error("damaged: the checksum of its part '" + printable(part.name) + "' is wrong");
    if (!entries_.emplace(part.name.substr(part.name.find('/') + 1), part.data).second)
      throw Error("damaged: it has two parts '" + printable(part.name) + "'");
  }
}

std::string_view ZipArchive::at(const std::string& name) const {
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) throw Error("its part '" + name + "' is missing");
  return entry->second;
}

}  // namespace byolab
