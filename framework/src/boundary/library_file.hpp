#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "api/host_kind.hpp"
#include "boundary/identity.hpp"
#include "boundary/library_bytes.hpp"
#include "byolab/registry.hpp"

namespace byolab {

/// One plugin, as a library's record names it.
struct Listed {
  Kind kind = Kind::encoder;
  std::string name, version, summary;
};

/// What a library's file says of itself, read without running any of its code.
struct LibraryFile {
  std::filesystem::path path;  ///< canonical
  IdentityLines identity;
  std::vector<Listed> contents;
  std::string sha256;  ///< of what is mapped, hexadecimal: the digest that sealing wrote into it
  FileStamp stamp;     ///< of the file that was read
};

/// Reads and checks a library: regular file, not writable by others, sound ELF, byolab data, digest, and an identity
/// that agrees with this program's. Throws Error with the reason.
BYOLAB_API LibraryFile probe(const std::filesystem::path& path);

/// Loads a library (Boost.DLL; now, local, never unloaded) and returns what it enrolls. Throws Error.
/// `probe` comes first: the dynamic linker does not survive a damaged file. `probed`: of the file that it read; another
/// that has taken its place since is refused.
BYOLAB_API std::vector<Entry> load(const std::filesystem::path& path, const std::optional<FileStamp>& probed = {});

/// Writes contents and digest into a freshly linked library, by renaming a finished copy over it.
BYOLAB_API void seal(const std::filesystem::path& path);

}  // namespace byolab
