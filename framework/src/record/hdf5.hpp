#pragma once

// HDF5's C library with owners and errors. Included by the files of record/ alone.

#include <hdf5.h>
#include <hdf5_hl.h>

#include <mutex>
#include <string>
#include <utility>

#include "byolab/error.hpp"

namespace byolab::hdf5 {

/// HDF5 as packaged is not thread-safe: hold this around every use. Also sets the library up: no printing of
/// errors, and no clean-up at exit, which loops for ever when a file cannot be written any more.
[[nodiscard]] std::unique_lock<std::recursive_mutex> guard();

/// Throws Error: what failed, and the reason from HDF5's own error stack ("No space left on device").
[[noreturn]] void fail(const std::string& what);

template <class Result>
Result check(Result result, const char* what) {
  if (result < 0) fail(what);
  return result;
}

/// Owns an HDF5 identifier. Each kind has its own closing function.
class Id {
 public:
  using Close = herr_t (*)(hid_t);
  Id() = default;
  Id(hid_t id, Close close, const char* what) : id_(check(id, what)), close_(close) {}
  Id(Id&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Id& operator=(Id&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Id() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  /// Closes now, and tells whether that went well.
  bool close() {
    const hid_t id = std::exchange(id_, -1);
    return id < 0 || close_(id) >= 0;
  }
  /// Gives the identifier up without closing it.
  void abandon() { id_ = -1; }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

Id properties(hid_t list_class);
/// A fixed-length UTF-8 string type, padded with zeros as NumPy does.
Id text_type(std::size_t length);
Id open_group(hid_t file, const std::string& path);

/// A text attribute of room for `capacity` bytes (0: as long as the text), cut at a character's end if it must be.
void write_attribute(hid_t object, const char* name, const std::string& text, std::size_t capacity = 0);
/// Overwrites one that exists; allowed while the file is read by others.
void update_attribute(hid_t object, const char* name, const std::string& text);
void write_attribute(hid_t object, const char* name, std::uint64_t value);

}  // namespace byolab::hdf5
