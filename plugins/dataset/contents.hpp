#pragma once

#include <array>
#include <span>

#include "folder_scan.hpp"

namespace images {

/// The first half of a SHA-256.
using Digest = std::array<std::uint8_t, 16>;
Digest digest_of(std::span<const std::uint8_t> bytes);
/// Lower-case hexadecimal.
std::string hex(const Digest& digest);

/// What is known of a file without decoding it.
struct Contents {
  Digest digest{};
  bool deep = false;         ///< more than 8 bits a channel, which decoding rounds
  bool further = false;      ///< pages beyond the first, which are not read
  bool turned = false;       ///< an orientation in its EXIF part, which is not heeded
  std::string trouble = {};  ///< why it could not be read; then nothing else is known
  std::string hint = {};
};

/// What was found of all files of a split, in their order.
struct AllContents {
  std::vector<Contents> files;
  std::string not_kept;  ///< why what was found could not be kept for the next start; "": it was
};

/// Reads files on the host's threads, each one once: what was found is kept in the user's cache, and holds as long as
/// device, inode, size and both times of a file stay as they are (a program can set one of them back, not the other).
AllContents contents_of(const Folder& split);

}  // namespace images
