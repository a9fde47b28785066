#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "byolab/dataset.hpp"
#include "data/image_cache.hpp"
#include "data/split.hpp"
#include "guard/guard.hpp"

namespace byolab {

/// What a store may keep in memory by default: 4 GiB, or a quarter of what this process may use if that is less.
BYOLAB_API std::int64_t default_memory_limit();

/// Decoded images of a data set: all kept in memory where they fit, else decoded whenever they are asked for.
class BYOLAB_API Store {
 public:
  /// Decodes `indices` on the host's threads if they fit into `limit` bytes, which some of them tell beforehand,
  /// and all of them once they are there. Throws Error naming the file of an image that cannot be read, the same one
  /// each time. `dataset` must outlive the store.
  ///
  /// `cache`: a file that processes share: whoever comes first decodes into it while the others wait, and all map
  /// it. Its name must tell data sets, options and indices apart. "": none. It is left out where it cannot be had.
  Store(const Dataset& dataset, Callee callee, Indices indices, std::int64_t limit = default_memory_limit(),
        const std::filesystem::path& cache = {});

  std::int64_t size() const { return static_cast<std::int64_t>(indices_.size()); }
  bool in_memory() const { return cached_ || !pictures_.empty(); }
  /// The data set's number of the image at a position.
  std::int64_t index(std::int64_t position) const { return indices_[static_cast<std::size_t>(position)]; }
  /// The image at a position in [0, size); `room` is used if it has to be decoded. Thread-safe.
  Pixels get(std::int64_t position, Picture& room) const;

 private:
  void read(std::int64_t position, Picture& picture) const;
  std::int64_t estimate() const;
  void keep_all(std::int64_t limit);
  void share(const std::filesystem::path& cache, std::int64_t limit);

  const Dataset& dataset_;
  Callee callee_;
  Indices indices_;
  std::vector<Picture> pictures_;
  std::unique_ptr<const ImageCache> cached_;
};

}  // namespace byolab
