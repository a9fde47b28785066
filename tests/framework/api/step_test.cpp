// Cadences: spans of training in steps, and when they are due.
#include <gtest/gtest.h>

#include "byolab/augmentation.hpp"
#include "byolab/step.hpp"

namespace byolab {
namespace {

Step at_step(std::int64_t index) { return {index, 1000, 40, 256}; }

TEST(Cadence, CountsInSteps) {
  EXPECT_EQ(steps(7).in_steps(at_step(0)), 7);
  EXPECT_EQ(epochs(2).in_steps(at_step(0)), 80);
  EXPECT_EQ(epochs(0.5).in_steps(at_step(0)), 20);
  EXPECT_EQ(percent(5).in_steps(at_step(0)), 50);
}

TEST(Cadence, IsAtLeastOneStepUnlessItIsNever) {
  EXPECT_EQ(epochs(0.001).in_steps(at_step(0)), 1);
  EXPECT_EQ(epochs(0).in_steps(at_step(0)), 0);
  EXPECT_EQ(steps(-3).in_steps(at_step(0)), 0);
}

TEST(Cadence, IsDueAtTheEndOfEachSpan) {
  for (std::int64_t k = 0; k < 12; ++k) {
    EXPECT_EQ(steps(3).due(at_step(k)), k == 2 || k == 5 || k == 8 || k == 11) << k;
    EXPECT_TRUE(steps(1).due(at_step(k)));
    EXPECT_FALSE(steps(0).due(at_step(k)));
  }
  EXPECT_TRUE(epochs(1).due(at_step(39)));
  EXPECT_FALSE(epochs(1).due(at_step(40)));
}

TEST(Cadence, CannotOverflow) { EXPECT_GT(epochs(1e300).in_steps(at_step(0)), 0); }

TEST(Cadence, IsWrittenAsInAnExperiment) {
  EXPECT_EQ(steps(100).text(), "100 steps");
  EXPECT_EQ(steps(1).text(), "1 step");
  EXPECT_EQ(epochs(1).text(), "1 epoch");
  EXPECT_EQ(epochs(0.5).text(), "0.5 epochs");
  EXPECT_EQ(percent(5).text(), "5 %");
}

TEST(Step, KnowsItsEpochAndTheLastOne) {
  EXPECT_EQ(at_step(39).epoch(), 0);
  EXPECT_EQ(at_step(40).epoch(), 1);
  EXPECT_FALSE(at_step(998).last());
  EXPECT_TRUE(at_step(999).last());
}

/// Declares a form and overrides nothing that the form needs.
class Forgetful final : public Augmentation {
 public:
  Draw draw(Random&, Size) const override { return {}; }
};

TEST(Augmentation, SaysWhichFunctionIsMissing) {
  const Forgetful op;
  Tile tile;
  Random random(0, 0);
  const auto message = [](auto&& call) {
    try {
      call();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  const std::string begin = "the augmentation declares a form that needs ", end = ", which it does not override";
  EXPECT_EQ(message([&] { op.resample({}, {}); }), begin + "resample(draw, size)" + end);
  EXPECT_EQ(message([&] { op.reduce(tile, {}, 0); }), begin + "reduce(tile, draw, stage)" + end);
  EXPECT_EQ(message([&] { op.apply(tile, {}, 0, 0.F); }), begin + "apply(tile, draw, stage, mean)" + end);
  EXPECT_EQ(message([&] { op.apply(at::Tensor(), {}, random); }), begin + "apply(image, draw, random)" + end);
}

}  // namespace
}  // namespace byolab
