// Schedules against their formulas, written out here a second time.
#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stock_plugin.hpp"

namespace byolab {
namespace {

using testing::stock;

Step at_step(std::int64_t index, std::int64_t total = 100, std::int64_t steps_per_epoch = 10) {
  return {index, total, steps_per_epoch, 256};
}

TEST(Constant, IsTheValue) {
  const auto curve = stock<ScheduleCurve>({{"schedule", "constant"}, {"value", 0.3}});
  EXPECT_EQ(curve->at(at_step(0)), 0.3);
  EXPECT_EQ(curve->at(at_step(99)), 0.3);
}

TEST(Linear, IsAStraightLineWhoseEndLiesBeyondTheLastStep) {
  const auto curve = stock<ScheduleCurve>({{"schedule", "linear"}, {"from", 2.0}, {"to", 1.0}});
  EXPECT_EQ(curve->at(at_step(0)), 2.0);
  EXPECT_DOUBLE_EQ(curve->at(at_step(25)), 1.75);
  EXPECT_DOUBLE_EQ(curve->at(at_step(99)), 1.01);
  EXPECT_EQ(curve->at(at_step(100)), 1.0);
}

TEST(Linear, ReachesItsEndAtTheLastStepWithTheOtherDenominator) {
  const auto curve =
      stock<ScheduleCurve>({{"schedule", "linear"}, {"from", 2.0}, {"to", 1.0}, {"denominator", "steps_minus_1"}});
  EXPECT_DOUBLE_EQ(curve->at(at_step(33)), 2.0 - 33.0 / 99.0);
  EXPECT_EQ(curve->at(at_step(99)), 1.0);
}

// The reference code: τ = 1 − (1 − base) · ½(1 + cos(π·min(k, K)/K)).
TEST(Cosine, IsTheReferenceCodesTau) {
  const auto curve = stock<ScheduleCurve>({{"schedule", "cosine"}, {"from", 0.996}, {"to", 1.0}});
  EXPECT_EQ(curve->at(at_step(0)), 0.996);
  for (const int k : {1, 13, 50, 87, 99}) {
    const double expected = 1 - (1 - 0.996) * 0.5 * (1 + std::cos(std::numbers::pi * k / 100));
    EXPECT_NEAR(curve->at(at_step(k)), expected, 1e-15) << "at step " << k;
  }
  EXPECT_LT(curve->at(at_step(99)), 1.0);
  EXPECT_EQ(curve->at(at_step(100)), 1.0);
}

TEST(Cosine, WithOneStepLessIsLightlysTau) {
  const auto curve =
      stock<ScheduleCurve>({{"schedule", "cosine"}, {"from", 0.996}, {"to", 1.0}, {"denominator", "steps_minus_1"}});
  EXPECT_NEAR(curve->at(at_step(40)), 1 - 0.004 * 0.5 * (1 + std::cos(std::numbers::pi * 40 / 99)), 1e-15);
  EXPECT_EQ(curve->at(at_step(99)), 1.0);
}

TEST(Cosine, KeepsEqualEndsExactly) {
  for (const double tau : {0.0, 1.0, 0.1}) {
    const auto curve = stock<ScheduleCurve>({{"schedule", "cosine"}, {"from", tau}, {"to", tau}});
    for (int k = 0; k <= 100; ++k) ASSERT_EQ(curve->at(at_step(k)), tau);
  }
}

// The reference code's learning_schedule, in its own words: k < W → k/W·lr, then cosine on (k − W)/(K − W).
double reference_learning_rate(double lr, int k, int warmup, int total) {
  if (k < warmup) return lr * k / warmup;
  return lr * 0.5 * (1 + std::cos(std::numbers::pi * (k - warmup) / (total - warmup)));
}

TEST(Warmup, BeforeACosineIsTheReferenceCodesLearningRate) {
  const Table cosine = {{"schedule", "cosine"}, {"from", 0.2}, {"to", 0.0}};
  const auto nested = stock<ScheduleCurve>({{"schedule", "warmup"}, {"over", "2 epochs"}, {"then", cosine}});
  const auto built_in =
      stock<ScheduleCurve>({{"schedule", "cosine"}, {"from", 0.2}, {"to", 0.0}, {"warmup", "20 steps"}});
  EXPECT_EQ(nested->at(at_step(0)), 0.0);
  for (int k = 0; k < 100; ++k) {
    const double expected = reference_learning_rate(0.2, k, 20, 100);
    EXPECT_NEAR(nested->at(at_step(k)), expected, 1e-15) << "at step " << k;
    EXPECT_NEAR(built_in->at(at_step(k)), expected, 1e-15) << "at step " << k;
  }
}

TEST(Warmup, BeforeANumberRisesToItAndStays) {
  const auto curve = stock<ScheduleCurve>({{"schedule", "warmup"}, {"over", "5 %"}, {"then", 3.0}});
  EXPECT_EQ(curve->at(at_step(0)), 0.0);
  EXPECT_DOUBLE_EQ(curve->at(at_step(2)), 1.2);
  EXPECT_EQ(curve->at(at_step(5)), 3.0);
  EXPECT_EQ(curve->at(at_step(99)), 3.0);
}

TEST(Warmup, LongerThanTheRunIsTheRiseAlone) {
  const auto curve = stock<ScheduleCurve>({{"schedule", "warmup"}, {"over", "200 steps"}, {"then", 1.0}});
  EXPECT_DOUBLE_EQ(curve->at(at_step(99)), 99.0 / 200.0);
}

TEST(Repeat, IsTheSameCurveInEachSpan) {
  const Table cosine = {{"schedule", "cosine"}, {"from", 0.2}, {"to", 0.0}, {"warmup", "10 %"}};
  const auto curve = stock<ScheduleCurve>({{"schedule", "repeat"}, {"span", "4 epochs"}, {"of", cosine}});
  for (int k = 0; k < 100; ++k)
    EXPECT_NEAR(curve->at(at_step(k)), reference_learning_rate(0.2, k % 40, 4, 40), 1e-15) << "at step " << k;
  const auto never = stock<ScheduleCurve>({{"schedule", "repeat"}, {"span", "0 steps"}, {"of", cosine}});
  EXPECT_NEAR(never->at(at_step(70)), reference_learning_rate(0.2, 70, 10, 100), 1e-15);
}

TEST(StepSchedule, FallsAtEachMilestone) {
  const auto curve = stock<ScheduleCurve>(
      {{"schedule", "step"}, {"from", 0.1}, {"factor", 0.5}, {"milestones", List{8, 3}}, {"unit", "epochs"}});
  EXPECT_EQ(curve->at(at_step(29)), 0.1);
  EXPECT_EQ(curve->at(at_step(30)), 0.05);
  EXPECT_EQ(curve->at(at_step(79)), 0.05);
  EXPECT_EQ(curve->at(at_step(80)), 0.025);
}

TEST(StepSchedule, ReadsItsMilestonesInTheirUnit) {
  const auto falls_at_60 = [](const char* unit, Value milestone) {
    const auto curve =
        stock<ScheduleCurve>({{"schedule", "step"}, {"milestones", List{std::move(milestone)}}, {"unit", unit}});
    return curve->at(at_step(119, 200)) == 1.0 && curve->at(at_step(120, 200)) < 1.0;
  };
  EXPECT_TRUE(falls_at_60("percent", 60.0));
  EXPECT_TRUE(falls_at_60("epochs", 12.0));
  EXPECT_TRUE(falls_at_60("steps", 120.0));
}

}  // namespace
}  // namespace byolab
