#include "config/suggest.hpp"

#include <gtest/gtest.h>

namespace byolab {
namespace {

TEST(Suggest, FindsTheNearestName) {
  EXPECT_EQ(nearest("tua", {"buffers", "tau"}), "tau");
  EXPECT_EQ(nearest("resnt", {"convnet", "resnet"}), "resnet");
  EXPECT_EQ(nearest("gausian_blur", {"solarize", "gaussian_blur"}), "gaussian_blur");
  EXPECT_EQ(nearest("intervall", {"interval"}), "interval");
}

TEST(Suggest, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("momentum", {"tau", "buffers"}), "");
  EXPECT_EQ(nearest("x", {}), "");
  EXPECT_EQ(suggestion("momentum", {"tau"}, "keys: tau"), "keys: tau");
  EXPECT_EQ(suggestion("tua", {"tau"}, "keys: tau"), "did you mean 'tau'?   keys: tau");
}

}  // namespace
}  // namespace byolab
