// How much memory a file may take when it is read.
#include "support/read_limit.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <limits>

#include "byolab/error.hpp"

namespace byolab {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kMiB = 1 << 20;

/// Puts BYOLAB_READ_LIMIT back.
class ReadLimitTest : public ::testing::Test {
 protected:
  ReadLimitTest() {
    if (const char* text = std::getenv("BYOLAB_READ_LIMIT")) before_ = text;
    ::unsetenv("BYOLAB_READ_LIMIT");
  }
  ~ReadLimitTest() override {
    before_.empty() ? ::unsetenv("BYOLAB_READ_LIMIT") : ::setenv("BYOLAB_READ_LIMIT", before_.c_str(), 1);
  }
  static bool takes(ReadLimit& limit, std::uint64_t count, std::uint64_t width = 1) {
    try {
      limit.charge(count, width, "'x'");
      return true;
    } catch (const Error&) {
      return false;
    }
  }
  std::string before_;
};

TEST_F(ReadLimitTest, IsSixtyFourMebibytesAndThirtyTwoTimesTheFile) {
  ReadLimit exact(10 * kMiB), beyond(10 * kMiB);
  EXPECT_TRUE(takes(exact, 64 * kMiB + 320 * kMiB));
  EXPECT_FALSE(takes(beyond, 64 * kMiB + 320 * kMiB + 1));
}

TEST_F(ReadLimitTest, CountsAllThatIsCharged) {
  ReadLimit limit(0);
  EXPECT_TRUE(takes(limit, 32 * kMiB));
  EXPECT_TRUE(takes(limit, 8 * kMiB, 4));
  EXPECT_FALSE(takes(limit, 1));
  EXPECT_TRUE(takes(limit, 0, 1000));
}

TEST_F(ReadLimitTest, WhatWasRefusedIsNotCharged) {
  ReadLimit limit(0);
  EXPECT_FALSE(takes(limit, 65 * kMiB));
  EXPECT_TRUE(takes(limit, 64 * kMiB));
}

TEST_F(ReadLimitTest, ProductsThatOverflowAreTooMuch) {
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 32, kMost = std::numeric_limits<std::uint64_t>::max();
  ReadLimit limit(kMiB);
  EXPECT_FALSE(takes(limit, kHalf, kHalf));  // 0 modulo 2⁶⁴
  EXPECT_FALSE(takes(limit, kMost, 2));
  EXPECT_FALSE(takes(limit, kMost));
}

TEST_F(ReadLimitTest, IsSetByAVariableInMegabytes) {
  ::setenv("BYOLAB_READ_LIMIT", "1.5", 1);
  ReadLimit exact(100 * kMiB), beyond(100 * kMiB);
  EXPECT_TRUE(takes(exact, 1'500'000));
  EXPECT_FALSE(takes(beyond, 1'500'001));
  ::setenv("BYOLAB_READ_LIMIT", "", 1);
  ReadLimit unset(0);
  EXPECT_TRUE(takes(unset, 64 * kMiB));
}

TEST_F(ReadLimitTest, SaysWhatWasDeclaredAndHowToAllowIt) {
  ReadLimit limit(1000);
  try {
    limit.charge(200'000'000, 4, "'metrics/train/loss'");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("'metrics/train/loss' declares 200000000 times 4 bytes"));
    EXPECT_THAT(error.what(), HasSubstr("a file of 1000 bytes may take 67 MB"));
    EXPECT_THAT(error.hint(), HasSubstr("BYOLAB_READ_LIMIT=MB"));
  }
}

TEST_F(ReadLimitTest, RefusesWhatIsNoNumber) {
  for (const char* text : {"much", "-1", "0", "nan", "1e13", "4 GB"}) {
    ::setenv("BYOLAB_READ_LIMIT", text, 1);
    EXPECT_THROW(ReadLimit(1), Error) << text;
  }
}

}  // namespace
}  // namespace byolab
