#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <thread>

#include "support/views.hpp"

namespace {
thread_local std::int64_t allocations = 0;
}

// All of this program's and its libraries' allocations in C++ come by here.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace byolab {
namespace {

TEST(Pipeline, AllocatesNothingOnceItHasRun) {
  std::vector<NamedAugmentation> ops;
  for (const char* toml : {"plugin = 'random_resized_crop'\ninterpolation = 'bicubic'", "plugin = 'horizontal_flip'",
                           "plugin = 'color_jitter'\nvariant = 'reference'", "plugin = 'grayscale'\np = 0.5",
                           "plugin = 'gaussian_blur'\nkernel = 9", "plugin = 'solarize'", "plugin = 'normalize'"})
    ops.push_back({std::to_string(ops.size()), testing::make_augmentation(toml), ""});
  const Pipeline pipeline(std::move(ops), {32, 32});
  const at::Tensor pixels = testing::noise(60, 50).permute({1, 2, 0}).contiguous();
  const at::Tensor view = at::empty({3, 32, 32});
  const auto allocated_by_a_run = [&] {
    const std::int64_t before = allocations;
    for (std::uint64_t sample = 0; sample < 100; ++sample)
      pipeline.run(pixels.data_ptr<std::uint8_t>(), {60, 50}, {1, 0, sample, 0}, {view.data_ptr<float>()});
    return allocations - before;
  };
  std::int64_t first = 0, second = 0;
  // A thread that has nothing yet.
  std::thread([&] { first = allocated_by_a_run(), second = allocated_by_a_run(); }).join();
  EXPECT_GT(first, 0);
  EXPECT_EQ(second, 0);
}

}  // namespace
}  // namespace byolab
