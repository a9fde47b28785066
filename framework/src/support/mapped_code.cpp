#include "support/mapped_code.hpp"

#include <execinfo.h>
#include <link.h>

#include <array>
#include <atomic>
#include <cstring>
#include <string>
#include <string_view>

namespace byolab {
namespace {

/// Where the code of a plugin library is mapped.
struct Code {
  std::uintptr_t begin = 0, end = 0;
  const char* library = nullptr;
};
constexpr std::size_t kMostLibraries = 256;  // those beyond are not named; a signal handler wants a plain array
std::array<Code, kMostLibraries> code_of_libraries;
std::atomic<std::size_t> libraries_noted = 0;

}  // namespace

void note_code_of(const std::filesystem::path& library) {
  const auto note = [](dl_phdr_info* object, std::size_t, void* wanted) {
    if (std::string_view(object->dlpi_name) != *static_cast<std::string*>(wanted)) return 0;
    const std::size_t at = libraries_noted;
    if (at == kMostLibraries) return 1;
    Code& code = code_of_libraries[at];
    for (int i = 0; i < object->dlpi_phnum; ++i) {
      const auto& segment = object->dlpi_phdr[i];
      if (segment.p_type != PT_LOAD || !(segment.p_flags & PF_X)) continue;
      code.begin = object->dlpi_addr + segment.p_vaddr;
      code.end = code.begin + segment.p_memsz;
    }
    code.library = ::strdup(object->dlpi_name);  // for as long as the process, as the library
    libraries_noted.store(at + 1, std::memory_order_release);
    return 1;
  };
  std::string path = library.string();
  ::dl_iterate_phdr(note, &path);
}

void prepare_stack_walk() {
  std::array<void*, 1> frame{};
  ::backtrace(frame.data(), 1);
}

const char* library_on_stack() {
  std::array<void*, 64> frames{};
  const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  for (int i = 0; i < count; ++i) {
    const auto at = reinterpret_cast<std::uintptr_t>(frames[static_cast<std::size_t>(i)]);
    for (std::size_t k = 0; k < libraries_noted.load(std::memory_order_acquire); ++k)
      if (at >= code_of_libraries[k].begin && at < code_of_libraries[k].end) return code_of_libraries[k].library;
  }
  return nullptr;
}

}  // namespace byolab
