// How many threads this process may keep busy.
#include "support/allowance.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>

namespace byolab {
namespace {

/// Puts OMP_NUM_THREADS and the processors of this process back.
class AllowanceTest : public ::testing::Test {
 protected:
  AllowanceTest() {
    ::sched_getaffinity(0, sizeof before_, &before_);
    if (const char* threads = std::getenv("OMP_NUM_THREADS")) openmp_ = threads;
    ::unsetenv("OMP_NUM_THREADS");
  }
  ~AllowanceTest() override {
    ::sched_setaffinity(0, sizeof before_, &before_);
    openmp_.empty() ? ::unsetenv("OMP_NUM_THREADS") : ::setenv("OMP_NUM_THREADS", openmp_.c_str(), 1);
  }
  /// The first of those that are allowed.
  void stay_on_one() const {
    int first = 0;
    while (!CPU_ISSET(first, &before_)) ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  }
  cpu_set_t before_{};
  std::string openmp_;
};

TEST_F(AllowanceTest, IsAtMostTheProcessorsOfThisProcess) {
  EXPECT_GE(allowed_threads().threads, 1);
  EXPECT_LE(allowed_threads().threads, CPU_COUNT(&before_));
  stay_on_one();
  EXPECT_EQ(allowed_threads().threads, 1);
  EXPECT_EQ(allowed_processors().by, "1 processor");
}

TEST_F(AllowanceTest, HeedsOpenMPForThisProcessAlone) {
  const int processors = allowed_processors().threads;
  ::setenv("OMP_NUM_THREADS", "1,4", 1);
  EXPECT_EQ(allowed_threads().threads, 1);
  EXPECT_EQ(allowed_threads().by, processors > 1 ? "OMP_NUM_THREADS" : "1 processor");
  EXPECT_EQ(allowed_processors().threads, processors);
  for (const char* nothing : {"", "0", "many", "4096"}) {
    ::setenv("OMP_NUM_THREADS", nothing, 1);
    EXPECT_EQ(allowed_threads().threads, processors) << nothing;
  }
}

TEST_F(AllowanceTest, OfMemoryIsThatOfTheMachineAtMost) {
  const std::int64_t machine = std::int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
  EXPECT_GT(allowed_memory(), std::int64_t{1} << 20);
  EXPECT_LE(allowed_memory(), machine);
}

}  // namespace
}  // namespace byolab
