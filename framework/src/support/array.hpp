#pragma once

#include <cstdint>
#include <vector>

namespace byolab {

/// A dense array as files hold it, row-major. Without a shape it is undefined: there is none.
template <class T>
struct Array {
  std::vector<std::int64_t> shape;
  std::vector<T> data;

  bool defined() const { return !shape.empty(); }
  std::int64_t size(std::size_t axis) const { return shape.at(axis); }
  std::int64_t count() const { return static_cast<std::int64_t>(data.size()); }
  const T& at(std::int64_t place) const { return data.at(static_cast<std::size_t>(place)); }
  /// An element of a table, [rows, columns].
  const T& at(std::int64_t row, std::int64_t column) const { return at(row * shape.at(1) + column); }

  friend bool operator==(const Array&, const Array&) = default;
};

}  // namespace byolab
