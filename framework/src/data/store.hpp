#pragma once

#include <vector>

#include "byolab/dataset.hpp"
#include "data/split.hpp"
#include "plugins/guard.hpp"

namespace byolab {

/// Decoded images of a data set: all kept in memory where they fit, else decoded whenever they are asked for.
class BYOLAB_API Store {
 public:
  static constexpr std::int64_t kDefaultLimit = std::int64_t{4} << 30;

  /// Decodes `indices` on the host's threads if they (judged by the first) fit into `limit` bytes. Throws Error
  /// naming the file of an image that cannot be read. `dataset` must outlive the store.
  Store(const Dataset& dataset, Callee callee, Indices indices, std::int64_t limit = kDefaultLimit);

  std::int64_t size() const { return static_cast<std::int64_t>(indices_.size()); }
  bool in_memory() const { return !pictures_.empty(); }
  /// The data set's number of the image at a position.
  std::int64_t index(std::int64_t position) const { return indices_[static_cast<std::size_t>(position)]; }
  /// The image at a position in [0, size); `room` is used if it has to be decoded. Thread-safe.
  const Picture& get(std::int64_t position, Picture& room) const;

 private:
  void read(std::int64_t position, Picture& picture) const;

  const Dataset& dataset_;
  Callee callee_;
  Indices indices_;
  std::vector<Picture> pictures_;
};

}  // namespace byolab
