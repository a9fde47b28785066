#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "byolab/error.hpp"

namespace byolab {

/// A zip archive whose entries are stored uncompressed, as torch.save writes them. Views into the given bytes, which
/// must outlive it. LibTorch's own reader checks no CRC; this one checks each, and every length that it reads.
class ZipArchive {
 public:
  /// Throws Error if the bytes are no such archive, or any entry is damaged.
  explicit ZipArchive(std::string_view bytes);

  /// An entry by its name without the archive's own folder: "data.pkl", "data/0". Throws Error if it is missing.
  std::string_view at(const std::string& name) const;
  bool has(const std::string& name) const { return entries_.count(name) > 0; }

 private:
  std::map<std::string, std::string_view> entries_;
};

/// Where a zip's comment begins: the end of what a digest in it can cover. Throws Error if this is no zip.
std::size_t zip_comment_begin(std::string_view bytes);
/// Announces a comment, to be appended, at the end of a zip that has none.
void set_zip_comment_length(std::string& bytes, std::uint16_t length);

}  // namespace byolab
