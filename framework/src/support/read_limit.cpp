#include "support/read_limit.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "byolab/error.hpp"

namespace byolab {
namespace {

// What byolab writes is not compressed, and takes about its own size. Other tools may have compressed it.
constexpr std::uint64_t kLeast = std::uint64_t{64} << 20, kTimes = 32;
constexpr const char* kVariable = "BYOLAB_READ_LIMIT";

std::uint64_t limit_for(std::uint64_t file_bytes) {
  const char* text = std::getenv(kVariable);
  if (!text || !*text) return kLeast + kTimes * file_bytes;
  char* end = nullptr;
  const double megabytes = std::strtod(text, &end);
  if (*end != '\0' || !(megabytes > 0) || megabytes > 1e12)
    throw Error(fmt::format("{} is '{}', and should be a number of megabytes", kVariable, text),
                fmt::format("{}=4000 lets a file take 4 GB", kVariable));
  return static_cast<std::uint64_t>(megabytes * 1e6);
}

}  // namespace

ReadLimit::ReadLimit(std::uint64_t file_bytes)
    : file_bytes_(file_bytes), limit_(limit_for(file_bytes)), left_(limit_) {}

void ReadLimit::charge(std::uint64_t count, std::uint64_t width, const std::string& what) {
  std::uint64_t bytes = 0;
  if (!__builtin_mul_overflow(count, width, &bytes) && bytes <= left_) {
    left_ -= bytes;
    return;
  }
  throw Error(fmt::format("{} declares {} times {} bytes, and a file of {} bytes may take {:.0f} MB of memory in all",
                          what, count, width, file_bytes_, static_cast<double>(limit_) / 1e6),
              fmt::format("most likely the file is damaged; if it is right, {}=MB allows more", kVariable));
}

}  // namespace byolab
