#include "kernels/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "byolab/error.hpp"

namespace byolab {
namespace {

TEST(ParallelFor, VisitsEachIndexOnce) {
  for (const int threads : {1, 2, 5}) {
    set_parallel_threads(threads);
    for (const std::int64_t n : {0, 1, 7, 1000}) {
      std::vector<std::atomic<int>> visits(static_cast<std::size_t>(n));
      parallel_for(n, 3, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
      });
      for (const auto& count : visits) ASSERT_EQ(count, 1);
    }
  }
}

TEST(ParallelFor, KeepsToTheGrain) {
  set_parallel_threads(4);
  std::atomic<int> pieces{0};
  parallel_for(100, 40, [&](std::int64_t begin, std::int64_t end) {
    EXPECT_TRUE(end - begin == 40 || end == 100);
    ++pieces;
  });
  EXPECT_EQ(pieces, 3);
}

TEST(ParallelFor, ThrowsWhatAPieceThrewOnceAllAreDone) {
  set_parallel_threads(3);
  std::atomic<int> running{0};
  try {
    parallel_for(50, 1, [&](std::int64_t begin, std::int64_t) {
      ++running;
      std::this_thread::yield();
      --running;
      if (begin > 20) throw Error("piece " + std::to_string(begin > 20));
    });
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "piece 1");
  }
  EXPECT_EQ(running, 0);
}

TEST(ParallelFor, RunsNestedLoopsOnTheSameThread) {
  set_parallel_threads(4);
  parallel_for(8, 1, [](std::int64_t, std::int64_t) {
    const auto self = std::this_thread::get_id();
    parallel_for(100, 1, [self](std::int64_t begin, std::int64_t end) {
      EXPECT_EQ(std::this_thread::get_id(), self);
      EXPECT_EQ(end - begin, 100);
    });
  });
}

TEST(ParallelFor, ServesSeveralCallersAtOnce) {
  set_parallel_threads(3);
  std::atomic<std::int64_t> sum{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c)
    callers.emplace_back([&sum] {
      for (int repeat = 0; repeat < 200; ++repeat)
        parallel_for(64, 1, [&sum](std::int64_t begin, std::int64_t end) { sum += end - begin; });
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, 4 * 200 * 64);
}

TEST(ParallelFor, RefusesNoThreads) { EXPECT_THROW(set_parallel_threads(0), Error); }

}  // namespace
}  // namespace byolab
