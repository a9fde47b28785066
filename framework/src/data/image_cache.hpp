#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "byolab/dataset.hpp"

namespace byolab {

/// A decoded image somewhere in memory: [height, width, 3].
struct Pixels {
  const std::uint8_t* data = nullptr;
  int height = 0, width = 0;
};
inline Pixels pixels_of(const Picture& picture) { return {picture.pixels.data(), picture.height, picture.width}; }

/// Decoded images in a file that many processes map: the machine holds them once.
class BYOLAB_API ImageCache {
 public:
  /// Null if there is no such file, or if it is not one of so many images, whole.
  static std::unique_ptr<const ImageCache> open(const std::filesystem::path& file, std::int64_t images);
  /// Writes all images beside the file's place, forces them to the disk and renames it. False if that failed (disk
  /// full).
  static bool write(const std::filesystem::path& file, const std::vector<Picture>& pictures);
  ~ImageCache();
  ImageCache(const ImageCache&) = delete;
  ImageCache& operator=(const ImageCache&) = delete;

  Pixels get(std::int64_t position) const;

 private:
  ImageCache(const char* data, std::size_t size) : data_(data), size_(size) {}
  const char* data_;
  std::size_t size_;
};

/// Held by the one process that makes a cache file. Where it cannot be had, nobody waits.
class ImageCacheLock {
 public:
  explicit ImageCacheLock(const std::filesystem::path& file);
  ~ImageCacheLock();
  ImageCacheLock(const ImageCacheLock&) = delete;
  ImageCacheLock& operator=(const ImageCacheLock&) = delete;

 private:
  int lock_;
};

}  // namespace byolab
