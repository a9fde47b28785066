#pragma once

#include <vector>

#include "byolab/dataset.hpp"
#include "data/split.hpp"
#include "plugins/guard.hpp"

namespace byolab {

/// What a store may keep in memory by default: 4 GiB, or a quarter of the machine's memory if that is less.
BYOLAB_API std::int64_t default_memory_limit();

/// Decoded images of a data set: all kept in memory where they fit, else decoded whenever they are asked for.
class BYOLAB_API Store {
 public:
  /// Decodes `indices` on the host's threads if they fit into `limit` bytes, which some of them tell beforehand,
  /// and all of them once they are there. Throws Error naming the file of an image that cannot be read, the same one each time.
  /// `dataset` must outlive the store.
  Store(const Dataset& dataset, Callee callee, Indices indices, std::int64_t limit = default_memory_limit());

  std::int64_t size() const { return static_cast<std::int64_t>(indices_.size()); }
  bool in_memory() const { return !pictures_.empty(); }
  /// The data set's number of the image at a position.
  std::int64_t index(std::int64_t position) const { return indices_[static_cast<std::size_t>(position)]; }
  /// The image at a position in [0, size); `room` is used if it has to be decoded. Thread-safe.
  const Picture& get(std::int64_t position, Picture& room) const;

 private:
  void read(std::int64_t position, Picture& picture) const;
  std::int64_t estimate() const;
  void keep_all(std::int64_t limit);

  const Dataset& dataset_;
  Callee callee_;
  Indices indices_;
  std::vector<Picture> pictures_;
};

}  // namespace byolab
