#include "data/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "byolab/random.hpp"
#include "data/epoch_order.hpp"

namespace byolab {
namespace {

constexpr std::uint64_t kSplitSeed = 0;

Indices all_of(const Dataset& dataset) {
  const auto size = static_cast<std::size_t>(dataset.size());
  try {
    Indices all(size);
    std::iota(all.begin(), all.end(), 0);
    return all;
  } catch (const std::bad_alloc&) {
    throw Error(
        fmt::format("the data set says that it has {} images, of which even the order does not fit into memory", size),
        "Dataset::size() gives the number of images of one split");
  }
}

std::int64_t images_aside(const Dataset& dataset, double validation) {
  return std::llround(validation < 1 ? validation * static_cast<double>(dataset.size()) : validation);
}

}  // namespace

Indices balanced_order(const Dataset& dataset) {
  Indices order = all_of(dataset);
  Random random(kSplitSeed, stream_of("split"));
  shuffle(order, random);

  std::map<std::int64_t, std::int64_t> seen;  // images of each class so far
  std::vector<std::pair<std::int64_t, std::int64_t>> rank(order.size());
  for (const std::int64_t index : order) {
    const std::int64_t label = dataset.label(index);
    rank[static_cast<std::size_t>(index)] = {seen[label]++, label};
  }
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return rank[static_cast<std::size_t>(a)] < rank[static_cast<std::size_t>(b)];
  });
  return order;
}

std::int64_t training_images(const Dataset& dataset, double validation, std::int64_t subset) {
  const std::int64_t n = dataset.size(), aside = images_aside(dataset, validation);
  const std::int64_t kept = subset > 0 ? subset : n - aside;
  if (validation > 0 && aside == 0)
    throw Error(fmt::format("[data] validation = {} of {} training images sets none aside", validation, n),
                "set a larger share, a number of images from 2 on, or 0");
  if (aside + kept > n || kept < 1)
    throw Error(fmt::format("[data] asks for {} validation and {} training images, but the training split has {}",
                            aside, kept, n),
                "lower [data] validation or subset; subset = 0 takes all that are left");
  return kept;
}

TrainingSplit split_training(const Dataset& dataset, double validation, std::int64_t subset) {
  const std::int64_t kept = training_images(dataset, validation, subset);
  const std::int64_t aside = images_aside(dataset, validation);
  const Indices order = balanced_order(dataset);
  TrainingSplit split;
  split.validation.assign(order.begin(), order.begin() + aside);
  split.train.assign(order.begin() + aside, order.begin() + aside + kept);
  std::sort(split.validation.begin(), split.validation.end());
  std::sort(split.train.begin(), split.train.end());
  return split;
}

}  // namespace byolab
