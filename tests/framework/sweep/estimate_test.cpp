#include "sweep/estimate.hpp"

#include <gtest/gtest.h>

using namespace byolab;

TEST(Estimate, CountsWhatIsLeftOfATrial) {
  Calibration calibration;
  calibration.start = 1;
  calibration.image = 0.5;
  calibration.evaluation = 10;
  Trial trial;
  trial.steps = 100;
  trial.step_images = 4;
  trial.evaluations = 3;
  EXPECT_DOUBLE_EQ(calibration.seconds(trial, 0), 1 + 200 + 50);
  EXPECT_DOUBLE_EQ(calibration.seconds(trial, 80), 1 + 40 + 10);
  EXPECT_DOUBLE_EQ(calibration.seconds(trial, 120), 1);  // more steps are recorded than it has now
  trial.steps = 0;
  EXPECT_DOUBLE_EQ(calibration.seconds(trial, 0), 1 + 10);  // a network that is only evaluated
}
