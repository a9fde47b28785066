#pragma once

#include <string>

#include <byolab/plugin.hpp>

namespace images {

/// Reads a JPEG or PNG file, told apart by what is in it, into 8-bit RGB. Grey images get three equal channels,
/// transparency is dropped, 16 bits are rounded to 8, CMYK is converted; gamma, colour profiles and EXIF's turn are
/// left alone, as torchvision's ImageFolder leaves them. Throws Error naming the file.
void decode_file(const std::string& path, byolab::Picture& picture);

/// What is wrong with a file: throws Error "PATH cannot be read as an image: WHAT".
[[noreturn]] void fail(const std::string& path, const std::string& what, const std::string& hint);

inline const char* const kDamaged =
    "the file is damaged: replace it, or remove it from the data set (on_error = \"skip\" leaves such files out)";

/// A header may claim anything; memory is not asked for at its word.
inline bool too_large(const byolab::Picture& picture) {
  return std::int64_t{picture.width} * picture.height > std::int64_t{1} << 28;
}

/// `bytes` hold the whole file.
void decode_jpeg(const std::string& path, const std::vector<std::uint8_t>& bytes, byolab::Picture& picture);
void decode_png(const std::string& path, const std::vector<std::uint8_t>& bytes, byolab::Picture& picture);

}  // namespace images
