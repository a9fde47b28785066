#pragma once

#include <string>

#include <byolab/dataset.hpp>

#include "folder_scan.hpp"

namespace images {

using Bytes = std::vector<std::uint8_t>;

/// A header may claim anything: memory and time are not given at its word.
struct Limits {
  std::int64_t pixels = 100'000'000;
  std::int64_t scans = 100;  ///< of a progressive JPEG
};

/// Reads a file whole; `stamp` is that of what was read. Throws Error naming the file.
void read_whole(const std::string& path, Bytes& bytes, Stamp* stamp = nullptr);

/// What a file's header says of what decoding leaves away.
struct Peek {
  bool deep = false;     ///< more than 8 bits a channel
  bool further = false;  ///< pages after the first
  bool turned = false;   ///< EXIF's orientation, but for a TIFF's, which is heeded
};
Peek peek_at(const Bytes& bytes);

/// Decodes a JPEG, PNG, WebP, TIFF, BMP, PPM or PGM file, told apart by what is in it, into 8-bit RGB. Grey images get
/// three equal channels, transparency is dropped, more bits are rounded to 8, CMYK is converted, a TIFF's first page is
/// taken; a TIFF is turned upright; gamma, colour profiles and EXIF's turn are left alone, as torchvision's ImageFolder
/// does. `bytes` hold the whole file, `path` names it in errors. Throws Error naming the file.
void decode(const std::string& path, const Bytes& bytes, const Limits& limits, byolab::Picture& picture);

/// What is wrong with a file: throws Error "PATH cannot be read as an image: WHAT".
[[noreturn]] void fail(const std::string& path, const std::string& what, const std::string& hint);

inline const char* const kDamaged =
    "the file is damaged: replace it, or remove it from the data set (on_error = \"skip\" leaves such files out)";
/// What to do about a sound file of a form that is not read.
inline const char* const kConvert =
    "convert it to JPEG or PNG, or remove it from the data set (on_error = \"skip\" leaves such files out)";

/// Throws Error if a picture has no pixel, or more than the limit.
void check_size(const std::string& path, std::int64_t width, std::int64_t height, const Limits& limits);

using Decoder = void(const std::string& path, const Bytes& bytes, const Limits& limits, byolab::Picture& picture);
Decoder decode_jpeg, decode_png, decode_webp, decode_tiff, decode_plain;  // plain: BMP, PPM, PGM

Peek peek_at_tiff(const Bytes& bytes);
Peek peek_at_plain(const Bytes& bytes);

}  // namespace images
