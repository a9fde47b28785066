#include "data/image_cache.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace byolab {
namespace {

// The file: a header, a place for each image, then the pixels, in the machine's own order of bytes.
struct Header {
  char magic[16];
  std::int64_t images, bytes;  ///< of the whole file
};
struct ImagePlace {
  std::int64_t offset;
  std::int32_t height, width;
};
constexpr char kMagic[16] = "byolab images 1";

bool write_all(int file, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(file, at, size);
    if (written < 0) return false;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

/// Where each image goes, and the size of the whole.
std::vector<ImagePlace> places_of(const std::vector<Picture>& pictures, std::int64_t& bytes) {
  std::vector<ImagePlace> places;
  bytes = static_cast<std::int64_t>(sizeof(Header) + pictures.size() * sizeof(ImagePlace));
  for (const Picture& picture : pictures) {
    places.push_back({bytes, picture.height, picture.width});
    bytes += static_cast<std::int64_t>(picture.pixels.size());
  }
  return places;
}

bool write_pictures(int file, const std::vector<Picture>& pictures) {
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.images = static_cast<std::int64_t>(pictures.size());
  const std::vector<ImagePlace> places = places_of(pictures, header.bytes);
  if (!write_all(file, &header, sizeof header) || !write_all(file, places.data(), places.size() * sizeof(ImagePlace)))
    return false;
  std::vector<std::uint8_t> block;  // small images one by one would be a system call each
  for (const Picture& picture : pictures) {
    block.insert(block.end(), picture.pixels.begin(), picture.pixels.end());
    if (block.size() < (1U << 20)) continue;
    if (!write_all(file, block.data(), block.size())) return false;
    block.clear();
  }
  // A rename may reach the disk before the contents: after a power cut, the file must be whole or not there.
  return write_all(file, block.data(), block.size()) && ::fsync(file) == 0;
}

/// As `write_pictures` leaves it: each image where the one before ends, and the last one at the end.
bool is_whole(const char* data, std::size_t size, std::int64_t images) {
  Header header{};
  std::memcpy(&header, data, sizeof header);
  const auto bytes = static_cast<std::int64_t>(size), room = bytes - static_cast<std::int64_t>(sizeof header);
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0 || header.images != images || header.bytes != bytes ||
      images > room / static_cast<std::int64_t>(sizeof(ImagePlace)))
    return false;
  std::int64_t end = static_cast<std::int64_t>(sizeof header + static_cast<std::size_t>(images) * sizeof(ImagePlace));
  for (std::int64_t i = 0; i < images; ++i) {
    ImagePlace place{};
    std::memcpy(&place, data + sizeof header + static_cast<std::size_t>(i) * sizeof place, sizeof place);
    if (place.offset != end || place.height < 1 || place.width < 1) return false;
    end += std::int64_t{3} * place.height * place.width;
    if (end > bytes) return false;
  }
  return end == bytes;
}

}  // namespace

std::unique_ptr<const ImageCache> ImageCache::open(const std::filesystem::path& path, std::int64_t images) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  struct stat info {};
  void* data = MAP_FAILED;
  if (::fstat(file, &info) == 0 && info.st_size >= static_cast<off_t>(sizeof(Header)))
    data = ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (data == MAP_FAILED) return nullptr;
  std::unique_ptr<const ImageCache> cache(
      new ImageCache(static_cast<const char*>(data), static_cast<std::size_t>(info.st_size)));
  return is_whole(cache->data_, cache->size_, images) ? std::move(cache) : nullptr;
}

bool ImageCache::write(const std::filesystem::path& path, const std::vector<Picture>& pictures) {
  const std::string fresh = path.string() + "." + std::to_string(::getpid());
  ::unlink(fresh.c_str());  // of a process that was killed; should it be a link, it is not followed
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return false;
  const bool good = write_pictures(file, pictures);
  if (::close(file) == 0 && good && ::rename(fresh.c_str(), path.c_str()) == 0) return true;
  ::unlink(fresh.c_str());
  return false;
}

ImageCache::~ImageCache() { ::munmap(const_cast<char*>(data_), size_); }

Pixels ImageCache::get(std::int64_t position) const {
  ImagePlace place{};
  std::memcpy(&place, data_ + sizeof(Header) + static_cast<std::size_t>(position) * sizeof place, sizeof place);
  return {reinterpret_cast<const std::uint8_t*>(data_ + place.offset), place.height, place.width};
}

ImageCacheLock::ImageCacheLock(const std::filesystem::path& file) {
  std::error_code none;
  std::filesystem::create_directories(file.parent_path(), none);
  lock_ = ::open((file.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (lock_ >= 0) ::flock(lock_, LOCK_EX);
}

ImageCacheLock::~ImageCacheLock() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace byolab
