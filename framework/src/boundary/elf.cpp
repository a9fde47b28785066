#include "boundary/elf.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "byolab/library.hpp"

namespace byolab {
namespace {

/// In two halves, so that the host's own file does not hold the whole.
std::string marker() {
  std::string text = "BYOLAB\x01PLU";
  text.append("GIN\x02\0\0", 6);
  return text;
}

[[noreturn]] void refuse(const std::string& sentence, const std::string& hint = {}) { throw Error(sentence, hint); }

[[noreturn]] void refuse_segment() {
  refuse("it is cut short or damaged (a segment lies outside the file)", "copy or build it again");
}

template <class Header>
Header header_at(const std::string& bytes, std::size_t offset) {
  Header header;
  std::memcpy(&header, bytes.data() + offset, sizeof header);
  return header;
}

bool inside(std::uint64_t offset, std::uint64_t size, std::uint64_t whole) {
  return offset <= whole && size <= whole - offset;
}

constexpr Elf64_Half machine_of_host() {
#if defined(__x86_64__)
  return EM_X86_64;
#elif defined(__aarch64__)
  return EM_AARCH64;
#else
#error "name this machine's ELF number here"
#endif
}

/// `bytes`: the file's beginning.
void check_header(const std::string& bytes, std::uint64_t file_size) {
  if (bytes.size() < SELFMAG || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0)
    refuse("it is not a shared library (no ELF header)");
  if (bytes.size() < sizeof(Elf64_Ehdr)) refuse("it is cut short (its ELF header is incomplete)", "copy it again");
  const auto header = header_at<Elf64_Ehdr>(bytes, 0);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      header.e_machine != machine_of_host())
    refuse("it is for another architecture", "build it on this kind of machine");
  if (header.e_type != ET_DYN) refuse("it is an ELF file, but not a shared library", "build it with byolab_add_plugin");
  constexpr int kMostHeaders = 64;  // linkers write about ten; a damaged count must not cost minutes
  if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum > kMostHeaders ||
      !inside(header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr), file_size))
    refuse("it is cut short or damaged (its program headers lie outside the file)", "copy or build it again");
}

std::vector<Elf64_Phdr> loaded_segments(const std::string& bytes) {
  const auto header = header_at<Elf64_Ehdr>(bytes, 0);
  std::vector<Elf64_Phdr> segments;
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = header_at<Elf64_Phdr>(bytes, header.e_phoff + i * sizeof(Elf64_Phdr));
    if (segment.p_type != PT_LOAD) continue;
    if (!inside(segment.p_offset, segment.p_filesz, bytes.size())) refuse_segment();
    segments.push_back(segment);
  }
  return segments;
}

std::size_t find_record(const std::string& bytes) {
  std::size_t found = std::string::npos;
  const std::string sought = marker();
  for (const Elf64_Phdr& segment : loaded_segments(bytes)) {
    const std::string_view data(bytes.data() + segment.p_offset, segment.p_filesz);
    for (std::size_t at = data.find(sought); at != std::string_view::npos; at = data.find(sought, at + 1)) {
      if (!inside(at, sizeof(Library), data.size())) refuse("its byolab data is cut short", "copy or build it again");
      if (found != std::string::npos && found != segment.p_offset + at) refuse("it holds byolab data twice");
      found = segment.p_offset + at;
    }
  }
  if (found == std::string::npos)
    refuse("it is a shared library, but no byolab plugin (it holds no byolab data)",
           "a plugin library has one BYOLAB_PLUGINS block; see docs/writing-plugins.md");
  return found;
}

}  // namespace

ElfImage::ElfImage(std::string bytes) : bytes_(std::move(bytes)) {
  check_header(bytes_, bytes_.size());
  record_ = find_record(bytes_);
}

std::uint64_t ElfImage::bytes_mapped(const std::function<std::string(std::uint64_t, std::uint64_t)>& read,
                                     std::uint64_t file_size) {
  constexpr std::uint64_t kMost = std::uint64_t{512} << 20;  // a plugin's code is some megabytes; read twice over
  const std::string head = read(0, sizeof(Elf64_Ehdr));
  check_header(head, file_size);
  const auto header = header_at<Elf64_Ehdr>(head, 0);
  const std::string table = read(header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr));
  std::uint64_t end = std::max<std::uint64_t>(sizeof header, header.e_phoff + table.size());
  for (std::size_t at = 0; at + sizeof(Elf64_Phdr) <= table.size(); at += sizeof(Elf64_Phdr)) {
    const auto segment = header_at<Elf64_Phdr>(table, at);
    if (segment.p_type != PT_LOAD) continue;
    if (!inside(segment.p_offset, segment.p_filesz, file_size)) refuse_segment();
    end = std::max(end, segment.p_offset + segment.p_filesz);
  }
  if (end > kMost)
    refuse(fmt::format("it holds {} MiB to be loaded, and a plugin library may have {}", end >> 20, kMost >> 20),
           "keep data in files of their own");
  return end;
}

std::string_view ElfImage::text_at(std::size_t offset, std::size_t room) const {
  const std::string_view field(bytes_.data() + record_ + offset, room);
  return field.substr(0, std::min(field.find('\0'), field.size()));
}

std::string_view ElfImage::identity() const { return text_at(offsetof(Library, identity), sizeof(Library::identity)); }
std::string_view ElfImage::contents() const { return text_at(offsetof(Library, contents), sizeof(Library::contents)); }

bool ElfImage::sealed() const {
  const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(record_ + offsetof(Library, digest));
  return std::any_of(begin, begin + sizeof(Library::digest), [](char byte) { return byte != 0; });
}

bool ElfImage::digest_matches() const {
  const Sha256 actual = digest();
  return std::memcmp(actual.data(), bytes_.data() + record_ + offsetof(Library, digest), actual.size()) == 0;
}

Sha256 ElfImage::digest() const {
  std::string copy = bytes_;
  std::memset(copy.data() + record_ + offsetof(Library, digest), 0, sizeof(Library::digest));
  auto header = header_at<Elf64_Ehdr>(copy, 0);
  header.e_shoff = 0;  // the section headers are not mapped, and `strip` moves them
  header.e_shnum = header.e_shstrndx = header.e_shentsize = 0;
  std::memcpy(copy.data(), &header, sizeof header);

  const std::string_view whole = copy;
  std::vector<std::string_view> pieces{whole.substr(0, sizeof header),
                                       whole.substr(header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr))};
  for (const Elf64_Phdr& segment : loaded_segments(copy))
    pieces.push_back(whole.substr(segment.p_offset, segment.p_filesz));
  return sha256(pieces);
}

void ElfImage::set_contents(const std::string& lines) {
  if (lines.size() >= sizeof(Library::contents))
    refuse("it holds more plugins than a library's record has room for", "split it into two libraries");
  char* field = bytes_.data() + record_ + offsetof(Library, contents);
  std::memset(field, 0, sizeof(Library::contents));
  std::memcpy(field, lines.data(), lines.size());
}

void ElfImage::set_digest(const Sha256& digest) {
  std::memcpy(bytes_.data() + record_ + offsetof(Library, digest), digest.data(), digest.size());
}

}  // namespace byolab
