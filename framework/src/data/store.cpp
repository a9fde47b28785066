#include "data/store.hpp"

#include "byolab/ops.hpp"

namespace byolab {

Store::Store(const Dataset& dataset, Callee callee, Indices indices, std::int64_t limit)
    : dataset_(dataset), callee_(std::move(callee)), indices_(std::move(indices)) {
  if (indices_.empty()) return;
  Picture first;
  read(0, first);
  if (static_cast<std::int64_t>(first.pixels.size()) > limit / size()) return;
  pictures_.resize(indices_.size());
  parallel_for(size(), 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) read(i, pictures_[static_cast<std::size_t>(i)]);
  });
}

void Store::read(std::int64_t position, Picture& picture) const {
  guarded(callee_, "read()", -1, [&] { dataset_.read(index(position), picture); });
}

const Picture& Store::get(std::int64_t position, Picture& room) const {
  if (in_memory()) return pictures_[static_cast<std::size_t>(position)];
  read(position, room);
  return room;
}

}  // namespace byolab
