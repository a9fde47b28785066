#include "data/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "byolab/ops.hpp"
#include "support/allowance.hpp"

namespace byolab {
namespace {

std::int64_t bytes_of(const Picture& picture) {
  return static_cast<std::int64_t>(sizeof(Picture) + picture.pixels.capacity());
}

void check_picture(const Picture& picture, std::int64_t index) {
  constexpr std::int64_t kLargest = 1 << 16;
  const std::int64_t height = picture.height, width = picture.width;
  if (height >= 1 && width >= 1 && height <= kLargest && width <= kLargest &&
      static_cast<std::int64_t>(picture.pixels.size()) == height * width * 3)
    return;
  throw Error(
      fmt::format("image {} is said to have {} rows of {} pixels, and has {} bytes; expected are rows and pixels from "
                  "1 to {}, and 3 bytes a pixel",
                  index, height, width, picture.pixels.size(), kLargest));
}

/// The failure with the lowest position, whichever thread met one first.
class FirstFailure {
 public:
  void add(std::int64_t position, std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (failure_ && position_ < position) return;
    position_ = position;
    failure_ = std::move(failure);
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::mutex mutex_;
  std::int64_t position_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

std::int64_t default_memory_limit() { return std::min(std::int64_t{4} << 30, allowed_memory() / 4); }

Store::Store(const Dataset& dataset, Callee callee, Indices indices, std::int64_t limit,
             const std::filesystem::path& cache)
    : dataset_(dataset), callee_(std::move(callee)), indices_(std::move(indices)) {
  if (indices_.empty()) return;
  if (!cache.empty())
    share(cache, limit);
  else if (estimate() <= limit)
    keep_all(limit);
}

/// Bytes of all images, judged by a few spread over the data set.
std::int64_t Store::estimate() const {
  const std::int64_t few = std::min<std::int64_t>(size(), 16);
  std::int64_t bytes = 0;
  for (std::int64_t i = 0; i < few; ++i) {
    Picture picture;
    read(i * size() / few, picture);
    bytes += bytes_of(picture);
  }
  return bytes / few * size();
}

void Store::keep_all(std::int64_t limit) {
  pictures_.resize(indices_.size());
  std::atomic<std::int64_t> bytes{0};
  FirstFailure failure;
  parallel_for(size(), 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end && bytes <= limit; ++i) {
      try {
        read(i, pictures_[static_cast<std::size_t>(i)]);
        bytes += bytes_of(pictures_[static_cast<std::size_t>(i)]);
      } catch (...) {
        failure.add(i, std::current_exception());
        return;
      }
    }
  });
  failure.rethrow();
  if (bytes > limit) pictures_ = {};  // the few were smaller than the rest: decode on demand after all
}

void Store::share(const std::filesystem::path& cache, std::int64_t limit) {
  if ((cached_ = ImageCache::open(cache, size()))) return;
  const ImageCacheLock lock(cache);  // others wait here, and find what this process has made
  if ((cached_ = ImageCache::open(cache, size()))) return;
  if (estimate() > limit) return;
  keep_all(limit);
  if (pictures_.empty() || !ImageCache::write(cache, pictures_)) return;
  if ((cached_ = ImageCache::open(cache, size()))) pictures_ = {};
}

void Store::read(std::int64_t position, Picture& picture) const {
  guarded(callee_, "read()", -1, [&] {
    dataset_.read(index(position), picture);
    check_picture(picture, index(position));
  });
}

Pixels Store::get(std::int64_t position, Picture& room) const {
  if (cached_) return cached_->get(position);
  if (!pictures_.empty()) return pixels_of(pictures_[static_cast<std::size_t>(position)]);
  read(position, room);
  return pixels_of(room);
}

}  // namespace byolab
