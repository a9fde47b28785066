#include <sys/mman.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>

#include <turbojpeg.h>

#include "image_decode.hpp"

namespace images {
namespace {

/// What the header says; zero where it ends too early.
struct Head {
  std::int64_t width = 0, height = 0, largest = 0;  ///< value of a channel
};

/// A PPM's or PGM's: numbers in decimal, with comments to the end of a line between them.
Head anymap_head(const Bytes& bytes) {
  std::size_t at = 2;
  const auto number = [&] {
    for (; at < bytes.size() && (std::isspace(bytes[at]) || bytes[at] == '#'); ++at)
      if (bytes[at] == '#')
        while (at + 1 < bytes.size() && bytes[at] != '\n') ++at;
    std::int64_t value = 0;
    for (; at < bytes.size() && std::isdigit(bytes[at]) && value < 1'000'000; ++at)
      value = 10 * value + bytes[at] - '0';
    return value;
  };
  Head head;
  head.width = number();
  head.height = number();
  head.largest = number();
  return head;
}

/// A BMP's, of Windows or of OS/2 (sizes of 16 bits). A negative height says that the first row comes first.
Head bitmap_head(const Bytes& bytes) {
  constexpr std::size_t kAt = 14, kShort = 12;
  if (bytes.size() < kAt + kShort) return {};
  const auto little = [&](std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = count - 1; i >= 0; --i) value = value << 8 | bytes[at + static_cast<std::size_t>(i)];
    return value;
  };
  if (little(kAt, 4) == kShort) return {little(kAt + 4, 2), little(kAt + 6, 2), 255};
  const auto height = static_cast<std::int32_t>(little(kAt + 8, 4));
  return {static_cast<std::int32_t>(little(kAt + 4, 4)), std::abs(std::int64_t{height}), 255};
}

Head head_of(const Bytes& bytes) { return bytes[0] == 'P' ? anymap_head(bytes) : bitmap_head(bytes); }

/// TurboJPEG reads these formats from files by name: this one is in memory.
class NamedMemory {
 public:
  NamedMemory(const std::string& path, const Bytes& bytes) : file_(::memfd_create("image", MFD_CLOEXEC)) {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t written = ::write(file_, bytes.data() + done, bytes.size() - done);
      if (written <= 0) fail(path, std::strerror(errno), "free some memory");
      done += static_cast<std::size_t>(written);
    }
  }
  ~NamedMemory() { ::close(file_); }
  NamedMemory(const NamedMemory&) = delete;
  NamedMemory& operator=(const NamedMemory&) = delete;
  std::string name() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

struct Free {
  void operator()(unsigned char* pixels) const { tjFree(pixels); }
};

}  // namespace

Peek peek_at_plain(const Bytes& bytes) { return {head_of(bytes).largest > 255, false, false}; }

void decode_plain(const std::string& path, const Bytes& bytes, const Limits& limits, byolab::Picture& picture) {
  const char* format = bytes[0] != 'P' ? "BMP" : bytes[1] == '2' || bytes[1] == '5' ? "PGM" : "PPM";
  const Head head = head_of(bytes);
  check_size(path, head.width, head.height, limits);
  const NamedMemory file(path, bytes);
  int width = 0, height = 0, layout = TJPF_RGB;
  const std::unique_ptr<unsigned char, Free> pixels(tjLoadImage(file.name().c_str(), &width, 1, &height, &layout, 0));
  if (!pixels)
    fail(path, std::string("it is a ") + format + " that TurboJPEG cannot read (" + tjGetErrorStr2(nullptr) + ")",
         kConvert);
  picture.width = width;
  picture.height = height;
  picture.pixels.assign(pixels.get(), pixels.get() + 3 * static_cast<std::ptrdiff_t>(width) * height);
}

}  // namespace images
