#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "guard/guard.hpp"

namespace byolab {
namespace {

constexpr int kLooks = 1'000'000;

/// Calls of the shortest kind, one within the other; what names them is freed as soon as they end, and overwritten.
void call_and_forget(const std::atomic<bool>& ended) {
  while (!ended) {
    const auto outer = std::make_unique<Callee>(Callee{Kind::evaluator, std::string(100, 'o'), "/a/libouter.so"});
    guarded(*outer, "evaluate()", 7, [&] {
      for (int i = 0; i < 3; ++i) {
        auto inner = std::make_unique<Callee>(Callee{Kind::encoder, std::string(100, 'i'), "/a/libinner.so"});
        guarded(*inner, "forward()", 7, [] {});
        inner.reset();
        const std::string overwritten(100, '?');
        ASSERT_EQ(overwritten.size(), 100U);
      }
    });
  }
}

TEST(RunningCalls, MayEndWhileTheyAreReadAndTakeTheirNamesAlong) {
  const std::string outer = "evaluator '" + std::string(100, 'o') + "' (libouter.so) in ";
  const std::string inner = "encoder '" + std::string(100, 'i') + "' (libinner.so) in ";
  std::atomic<bool> ended = false;
  std::thread one(call_and_forget, std::cref(ended)), other(call_and_forget, std::cref(ended));
  int outers = 0, inners = 0, others = 0;
  for (int i = 0; i < kLooks; ++i)
    for (const RunningCall& call : running_calls()) {
      if (call.text.starts_with(outer))
        ++outers;
      else if (call.text.starts_with(inner))
        ++inners;
      else if (++others == 1)
        ADD_FAILURE() << call.text;
    }
  ended = true;
  one.join();
  other.join();
  EXPECT_GT(outers, 0);
  EXPECT_GT(inners, 0);
}

}  // namespace
}  // namespace byolab
