#pragma once

#include <atomic>
#include <set>

#include "data/split.hpp"
#include "guard/guard.hpp"

namespace byolab::testing {

/// Pictures made of their index, with labels as given. Counts its reads, and fails at some of them.
class MemoryDataset final : public Dataset {
 public:
  explicit MemoryDataset(std::vector<std::int64_t> labels, int edge = 8) : labels_(std::move(labels)), edge_(edge) {}

  /// `n` images, classes 0 … classes − 1 by turns.
  static MemoryDataset by_turns(std::int64_t n, std::int64_t classes, int edge = 8) {
    std::vector<std::int64_t> labels(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int64_t>(i) % classes;
    return MemoryDataset(std::move(labels), edge);
  }
  MemoryDataset(MemoryDataset&& other) : labels_(std::move(other.labels_)), edge_(other.edge_) {}

  std::int64_t size() const override { return static_cast<std::int64_t>(labels_.size()); }
  void read(std::int64_t index, Picture& picture) const override {
    ++reads;
    if (broken.contains(index)) throw Error("picture " + std::to_string(index) + ".jpg is broken", "mend it");
    picture.height = picture.width = index == large ? 64 * edge_ : edge_;
    picture.pixels.assign(static_cast<std::size_t>(picture.height) * static_cast<std::size_t>(picture.width) * 3,
                          static_cast<std::uint8_t>(index));
  }
  std::int64_t label(std::int64_t index, std::string_view) const override {
    return labels_[static_cast<std::size_t>(index)];
  }
  std::vector<std::string> classes(std::string_view) const override { return {"a", "b", "c"}; }
  std::string fingerprint() const override { return "memory"; }

  std::set<std::int64_t> broken;
  std::int64_t large = -1;
  mutable std::atomic<std::int64_t> reads{0};

 private:
  std::vector<std::int64_t> labels_;
  int edge_;
};

inline Callee memory_callee() { return {Kind::dataset, "memory", "libtest.so"}; }

inline Indices first_indices(std::int64_t n) {
  Indices indices;
  for (std::int64_t i = 0; i < n; ++i) indices.push_back(i);
  return indices;
}

}  // namespace byolab::testing
