#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>

#include "byolab/augmentation.hpp"
#include "kernels/kernels.hpp"

namespace byolab::augment {

/// Memory aligned to a cache line that grows, and is never given back: nothing is allocated once the largest
/// image has been seen. New memory is zero, so that padding that nobody wrote holds finite numbers.
template <class T>
class Buffer {
  static_assert(std::is_trivial_v<T>);

 public:
  Buffer() = default;
  ~Buffer() { std::free(data_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  /// At least `count` elements. What was in them may be lost.
  T* get(std::size_t count) {
    if (count > count_) grow(count);
    return data_;
  }

 private:
  void grow(std::size_t count) {
    const std::size_t bytes = (count * sizeof(T) + 63) / 64 * 64;
    void* const fresh = std::aligned_alloc(64, bytes);
    if (!fresh) throw std::bad_alloc();
    std::free(data_);
    data_ = static_cast<T*>(fresh);
    count_ = count;
    for (std::size_t i = 0; i < bytes / sizeof(T); ++i) data_[i] = T{};
  }

  T* data_ = nullptr;
  std::size_t count_ = 0;
};

constexpr int padded(int width) { return (width + kernels::kLanes - 1) / kernels::kLanes * kernels::kLanes; }

/// A whole image in planar float32, in memory of its own.
class Image {
 public:
  static constexpr int kChannels = 3;

  void resize(Size size) {
    size_ = size;
    data_ = memory_.get(kChannels * plane());
  }
  Size size() const { return size_; }
  int stride() const { return padded(size_.width); }
  std::size_t plane() const { return static_cast<std::size_t>(size_.height) * static_cast<std::size_t>(stride()); }
  float* row(int channel, int y) const {
    return data_ + static_cast<std::size_t>(channel) * plane() +
           static_cast<std::size_t>(y) * static_cast<std::size_t>(stride());
  }
  /// Rows y … y + rows − 1.
  Tile tile(int y, int rows) const {
    return {{row(0, y), row(1, y), row(2, y), nullptr}, kChannels, rows, size_.width, stride(), nullptr};
  }

 private:
  Buffer<float> memory_;
  float* data_ = nullptr;
  Size size_;
};

}  // namespace byolab::augment
