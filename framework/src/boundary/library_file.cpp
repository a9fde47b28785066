#include "boundary/library_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "api/host_kind.hpp"
#include "boundary/elf.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

std::vector<Listed> parse_contents(std::string_view text) {
  std::vector<Listed> contents;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind;
    Listed listed;
    words >> kind >> listed.name >> listed.version;
    std::getline(words >> std::ws, listed.summary);
    if (!is_snake_case(listed.name)) throw Error("its record lists a plugin whose name is no name", "build it again");
    listed.version = printable(listed.version);
    listed.summary = printable(listed.summary);
    listed.kind = kind_named(printable(kind));
    contents.push_back(std::move(listed));
  }
  return contents;
}

std::string contents_text(const std::vector<Entry>& entries) {
  std::string text;
  for (const Entry& entry : entries)
    text += fmt::format("{} {} {} {}\n", name_of(entry.kind), entry.name, entry.version, entry.summary);
  return text;
}

void write_by_rename(const fs::path& path, const std::string& bytes) {
  const fs::path fresh = path.string() + ".sealing";
  fs::remove(fresh);  // should it be a link, it is not followed
  {
    std::ofstream file(fresh, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw Error(fmt::format("{} cannot be written: {}", fresh.string(), std::strerror(errno)));
  }
  fs::permissions(fresh, fs::status(path).permissions());
  fs::rename(fresh, path);
}

}  // namespace

LibraryFile probe(const fs::path& path) {
  LibraryBytes read = read_library(path, Extent::mapped);
  const ElfImage image(std::move(read.bytes));
  const IdentityLines identity = parse_identity(image.identity());
  if (!compatible(identity, own_identity()))
    throw Error("it was built for another SDK or toolchain\n" + comparison(identity, own_identity()),
                "rebuild it against this SDK:  cmake --build build      (docs/writing-plugins.md, \"Rebuilding\")");
  if (!image.sealed())
    throw Error("it was not sealed after linking",
                "byolab_add_plugin does that; by hand: byolab plugin seal " + shown(path));
  if (!image.digest_matches())
    throw Error("its bytes are not those that were sealed: it is damaged or was changed", "copy or build it again");
  return {fs::canonical(path), identity, parse_contents(image.contents()), hex(image.digest()), read.stamp};
}

void seal(const fs::path& path) {
  ElfImage image(read_library(path, Extent::whole).bytes);
  if (!compatible(parse_identity(image.identity()), own_identity()))
    throw Error(fmt::format("{} was built for another toolchain\n{}", path.string(),
                            comparison(parse_identity(image.identity()), own_identity())));
  image.set_contents(contents_text(load(path)));
  image.set_digest(image.digest());
  write_by_rename(path, image.bytes());
}

}  // namespace byolab
