#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "support/hash.hpp"

namespace byolab {

/// A shared library's bytes, checked as far as is needed to trust nothing in them. Runs none of its code.
class BYOLAB_API ElfImage {
 public:
  /// Throws Error, one sentence: not an ELF file, another architecture, cut short, no byolab data, …
  explicit ElfImage(std::string bytes);

  /// How many bytes of a file, from its beginning, matter here: the ELF header and what is mapped. `read` gives the
  /// bytes at an offset, fewer at the file's end. Throws Error as above, and where that is more than a library may
  /// have.
  static std::uint64_t bytes_mapped(const std::function<std::string(std::uint64_t offset, std::uint64_t count)>& read,
                                    std::uint64_t file_size);

  std::string_view identity() const;  ///< the `Library` record's fields, see library.hpp
  std::string_view contents() const;
  bool sealed() const;  ///< a digest was written
  /// True if the digest is that of the bytes as they are.
  bool digest_matches() const;
  /// SHA-256 over what the dynamic linker maps: ELF header, program headers, PT_LOAD contents. Section
  /// headers and the digest itself are left out, so that `strip` keeps it valid.
  Sha256 digest() const;

  void set_contents(const std::string& lines);  ///< throws Error if they do not fit
  void set_digest(const Sha256& digest);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string_view text_at(std::size_t offset, std::size_t room) const;
  std::string bytes_;
  std::size_t record_ = 0;  ///< offset of the `Library` record
};

}  // namespace byolab
