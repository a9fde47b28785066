// Which images are trained on and which are set aside.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "data/epoch_order.hpp"
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
