// Which images are trained on and which are set aside.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "data/epoch_order.hpp"
#include "data/split_notes.hpp"
#include "framework/data/memory_dataset.hpp"

namespace byolab {
namespace {

using testing::MemoryDataset;

std::map<std::int64_t, std::int64_t> classes_of(const Dataset& data, const Indices& indices) {
  std::map<std::int64_t, std::int64_t> count;
  for (const std::int64_t i : indices) ++count[data.label(i)];
  return count;
}

TEST(Split, IsDisjointBalancedAndSorted) {
  const auto data = MemoryDataset::by_turns(1000, 10);
  const TrainingSplit split = split_training(data, 0.2, 300);
  EXPECT_EQ(split.validation.size(), 200U);
  EXPECT_EQ(split.train.size(), 300U);
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  Indices both;
  std::set_intersection(split.train.begin(), split.train.end(), split.validation.begin(), split.validation.end(),
                        std::back_inserter(both));
  EXPECT_TRUE(both.empty());
  for (const auto& [label, count] : classes_of(data, split.train)) EXPECT_EQ(count, 30) << label;
  for (const auto& [label, count] : classes_of(data, split.validation)) EXPECT_EQ(count, 20) << label;
}

TEST(Split, IsADrawNotThePrefix) {
  const auto data = MemoryDataset::by_turns(1000, 10);
  const TrainingSplit split = split_training(data, 0, 100);
  EXPECT_LT(std::count_if(split.train.begin(), split.train.end(), [](std::int64_t i) { return i < 100; }), 30);
  EXPECT_EQ(split.train, split_training(data, 0, 100).train);
}

TEST(Split, KeepsTheValidationImagesWhateverTheSubset) {
  const auto data = MemoryDataset::by_turns(1000, 10);
  EXPECT_EQ(split_training(data, 100, 50).validation, split_training(data, 0.1, 0).validation);
  const Indices small = split_training(data, 100, 50).train, large = split_training(data, 100, 500).train;
  EXPECT_TRUE(std::includes(large.begin(), large.end(), small.begin(), small.end()));
}

TEST(Split, TakesWhatThereIsOfARareClass) {
  std::vector<std::int64_t> labels(100, 0);
  std::fill(labels.begin(), labels.begin() + 5, 1);
  const MemoryDataset data(labels);
  const auto count = classes_of(data, split_training(data, 0, 20).train);
  EXPECT_EQ(count.at(1), 5);
  EXPECT_EQ(count.at(0), 15);
}

/// The prefix of the balanced order is what was set aside before shares were: equal classes keep their images.
TEST(Split, EqualClassesKeepTheirImages) {
  for (const std::int64_t classes : {1, 3, 7, 10, 50})
    for (const std::int64_t each : {1, 2, 5, 30})
      for (const double share : {0.03, 0.1, 0.25, 0.5, 0.77, 0.95}) {
        const std::int64_t n = classes * each, aside = std::llround(share * static_cast<double>(n));
        if (aside < 1 || aside >= n) continue;
        const auto data = MemoryDataset::by_turns(n, classes);
        const Indices order = balanced_order(data);
        Indices front(order.begin(), order.begin() + aside);
        std::sort(front.begin(), front.end());
        EXPECT_EQ(split_training(data, share, 0).validation, front) << classes << " " << each << " " << share;
        const std::int64_t kept = (n - aside + 1) / 2;
        Indices next(order.begin() + aside, order.begin() + aside + kept);
        std::sort(next.begin(), next.end());
        EXPECT_EQ(split_training(data, share, kept).train, next) << classes << " " << each << " " << share;
        EXPECT_TRUE(has_equal_classes(data));
      }
}

MemoryDataset of_sizes(std::initializer_list<int> sizes) {
  std::vector<std::int64_t> labels;
  for (std::int64_t label = 0; const int size : sizes) labels.insert(labels.end(), size, label++);
  return MemoryDataset(labels);
}

using Sizes = std::map<std::int64_t, std::int64_t>;

TEST(Split, TakesTheSameShareOfEachClass) {
  const auto data = of_sizes({450, 45, 8});
  EXPECT_FALSE(has_equal_classes(data));
  const TrainingSplit tenth = split_training(data, 0.1, 0), fifth = split_training(data, 0.2, 0);
  EXPECT_EQ(classes_of(data, tenth.validation), (Sizes{{0, 45}, {1, 4}, {2, 1}}));
  EXPECT_EQ(classes_of(data, tenth.train), (Sizes{{0, 405}, {1, 41}, {2, 7}}));
  EXPECT_EQ(classes_of(data, fifth.validation), (Sizes{{0, 90}, {1, 9}, {2, 2}}));
  EXPECT_TRUE(notes_on(tenth, data).empty());
  const auto small = classes_of(data, split_training(data, 0.1, 24).train);
  EXPECT_EQ(small.at(2), 7);
  EXPECT_NEAR(static_cast<double>(small.at(0)), static_cast<double>(small.at(1)), 1);
}

TEST(Split, LeavesOneImageOfAClassInTrainingIfAnyCan) {
  const auto rare = of_sizes({100, 1, 1, 2});
  for (const double share : {0.1, 0.5, 0.9}) {
    const TrainingSplit split = split_training(rare, share, 0);
    EXPECT_EQ(static_cast<double>(split.validation.size()), std::round(share * 104));
    EXPECT_EQ(classes_of(rare, split.train).size(), 4U) << share;
  }
  const auto tail = of_sizes({100, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  EXPECT_EQ(classes_of(tail, split_training(tail, 99, 0).train).size(), 11U);
  EXPECT_EQ(split_training(tail, 105, 0).validation.size(), 105U);
}

TEST(Split, SaysWhatItDoesToClasses) {
  const auto data = of_sizes({90, 9, 2});
  using Notes = std::vector<std::string>;
  EXPECT_EQ(notes_on(split_training(data, 10, 0), data),
            (Notes{"1 of 3 classes has no image among those that [data] validation sets aside ('c')"}));
  EXPECT_EQ(notes_on(split_training(data, 0, 30), data),
            (Notes{"[data] subset takes as many images of each class, as far as it has them, where classes are of "
                   "different sizes: 19 of 90 of 'a', which is 63.3 % of the images to train on and was 89.1 %"}));
  EXPECT_EQ(notes_on(split_training(data, 100, 0), data),
            (Notes{"2 of 3 classes have no image to train on, after what [data] validation and subset take ('b', "
                   "'c')"}));
  const auto equal = MemoryDataset::by_turns(99, 3);
  EXPECT_TRUE(notes_on(split_training(equal, 10, 31), equal).empty());
}

TEST(Split, WorksWithoutLabels) {
  const MemoryDataset data(std::vector<std::int64_t>(50, -1));
  EXPECT_EQ(split_training(data, 0.1, 0).train.size(), 45U);
}

TEST(Split, SaysIfThereAreTooFew) {
  const auto data = MemoryDataset::by_turns(100, 10);
  try {
    split_training(data, 0.5, 51);
    FAIL() << "it was split";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "[data] asks for 50 validation and 51 training images, but the training split has 100");
  }
}

TEST(EpochOrder, VisitsEachSampleOnceAndDependsOnSeedAndEpochAlone) {
  const auto order = epoch_order(3, 5, 1000);
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, testing::first_indices(1000));
  EXPECT_EQ(order, epoch_order(3, 5, 1000));
  EXPECT_NE(order, epoch_order(3, 6, 1000));
  EXPECT_NE(order, epoch_order(4, 5, 1000));
}

/// Over many epochs each place holds each sample equally often.
TEST(EpochOrder, IsUniform) {
  int count[5][5] = {};
  for (std::int64_t epoch = 0; epoch < 10000; ++epoch) {
    const auto order = epoch_order(1, epoch, 5);
    for (int place = 0; place < 5; ++place) ++count[place][order[static_cast<std::size_t>(place)]];
  }
  for (const auto& place : count)
    for (const int times : place) EXPECT_NEAR(times, 2000, 200);  // five standard deviations
}

}  // namespace
}  // namespace byolab
