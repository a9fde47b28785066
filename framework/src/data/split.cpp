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

struct ClassShare {
  std::int64_t images = 0;
  std::int64_t whole = 0;  ///< of its part of what is set aside, which is seldom a whole number
  double rest = 0;
  std::int64_t aside = 0;
};

using ClassShares = std::map<std::int64_t, ClassShare>;  // by label

ClassShares classes_of(const Dataset& dataset) {
  ClassShares shares;
  for (std::int64_t i = 0; i < dataset.size(); ++i) ++shares[dataset.label(i)].images;
  return shares;
}

/// How many images of each class are set aside: the largest remainders get one more.
ClassShares shares_of(const Dataset& dataset, std::int64_t aside) {
  ClassShares shares = classes_of(dataset);
  std::vector<ClassShare*> order;
  std::int64_t left = aside;
  for (auto& [label, share] : shares) {
    const double exact =
        static_cast<double>(aside) * static_cast<double>(share.images) / static_cast<double>(dataset.size());
    share.whole = share.aside = static_cast<std::int64_t>(exact);
    share.rest = exact - static_cast<double>(share.whole);
    left -= share.aside;
    order.push_back(&share);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const ClassShare* a, const ClassShare* b) { return a->rest > b->rest; });
  for (const std::int64_t stay : {1, 0})  // where too many are set aside for one of each class to stay, none has to
    for (bool gave = true; gave && left > 0;) {
      gave = false;
      for (ClassShare* share : order)
        if (left > 0 && share->aside + stay < share->images) {
          ++share->aside, --left;
          gave = true;
        }
    }
  return shares;
}

}  // namespace

bool has_equal_classes(const Dataset& dataset) {
  const ClassShares shares = classes_of(dataset);
  return std::all_of(shares.begin(), shares.end(),
                     [&](const auto& one) { return one.second.images == shares.begin()->second.images; });
}

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
  const ClassShares shares = shares_of(dataset, images_aside(dataset, validation));
  TrainingSplit split;
  std::map<std::int64_t, std::int64_t> seen;
  std::vector<std::pair<std::int64_t, std::int64_t>> rest;  // what is left, and its place in its class
  for (const std::int64_t index : balanced_order(dataset)) {
    const std::int64_t label = dataset.label(index), place = seen[label]++;
    const ClassShare& share = shares.at(label);
    if (place < share.aside)
      split.validation.push_back(index);
    else
      rest.emplace_back(place - share.whole, index);
  }
  std::stable_sort(rest.begin(), rest.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::int64_t i = 0; i < kept; ++i) split.train.push_back(rest[static_cast<std::size_t>(i)].second);
  std::sort(split.validation.begin(), split.validation.end());
  std::sort(split.train.begin(), split.train.end());
  return split;
}

}  // namespace byolab
