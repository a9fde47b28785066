// byolab's 3×3 convolutions with stride 1 and LibTorch's, in turn, at the shapes of ResNet-18 for 32 × 32 pixels.
//
//   convolution_bench [THREADS] [WIDTH] [BATCH] [DTYPE]       one thread, width 16, batch 256, float32, unless given
//
// Channels-last. In bfloat16 ours are timed also where byolab leaves it to LibTorch. Milliseconds (medians of seven)
// and the ratio of each pass, both sides through autograd; and LibTorch's time over ours of all that a step has of
// them: forward twice (online and target), backward once.

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <malloc.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/generated/variable_factories.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "byolab/convolution.hpp"
#include "kernels/cpu.hpp"

namespace {

constexpr int kCalls = 7;
constexpr std::array kPasses{"forward", "by inputs", "by weights"};
using Times = std::array<double, kPasses.size()>;  // [ms]

double milliseconds(const std::function<void()>& call) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  call();
  return 1e3 * std::chrono::duration<double>(Clock::now() - start).count();
}

at::Tensor pixels(std::int64_t batch, std::int64_t channels, std::int64_t side, at::ScalarType type) {
  return torch::randn({batch, channels, side, side}).to(type).contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor libtorch(const at::Tensor& x, const at::Tensor& weight) {
  return at::conv2d(x, weight.to(x.scalar_type()), {}, 1, 1);
}

/// Once each pass of a layer; the backward ones each with a graph that asks for one gradient.
Times once(at::Tensor (*convolution)(const at::Tensor&, const at::Tensor&), const at::Tensor& x,
           const at::Tensor& weight) {
  const at::Tensor x_asks = x.detach().requires_grad_(), weight_asks = weight.detach().requires_grad_();
  const at::Tensor of_x = convolution(x_asks, weight), of_weight = convolution(x, weight_asks),
                   gradient = at::ones_like(of_x);
  return {milliseconds([&] { convolution(x, weight); }),
          milliseconds([&] { torch::autograd::grad({of_x}, {x_asks}, {gradient}); }),
          milliseconds([&] { torch::autograd::grad({of_weight}, {weight_asks}, {gradient}); })};
}

Times medians(std::array<Times, kCalls>& all) {
  Times middle{};
  for (std::size_t pass = 0; pass < middle.size(); ++pass) {
    std::sort(all.begin(), all.end(), [&](const Times& a, const Times& b) { return a[pass] < b[pass]; });
    middle[pass] = all[kCalls / 2][pass];
  }
  return middle;
}

double of_a_step(const Times& layer) { return 2 * layer[0] + layer[1] + layer[2]; }

}  // namespace

int main(int count, char** words) {
  ::mallopt(M_MMAP_MAX, 0);  // memory is kept, as `byolab run` keeps it
  ::mallopt(M_TRIM_THRESHOLD, -1);
  const auto number = [&](int at, std::int64_t otherwise) { return count > at ? std::atoll(words[at]) : otherwise; };
  const std::int64_t width = number(2, 16), batch = number(3, 256);
  const at::ScalarType type = count > 4 && std::strcmp(words[4], "bfloat16") == 0 ? at::kBFloat16 : at::kFloat;
  const byolab::kernels::FastBFloat16ForTest ours_too(false);
  at::set_num_threads(static_cast<int>(number(1, 1)));
  std::printf("%24s", "ms: ours, LibTorch's");
  for (const char* pass : kPasses) std::printf(" %22s", pass);
  std::printf("\n");
  double ours = 0, theirs = 0;
  for (std::int64_t stage = 0; stage < 4; ++stage) {
    const std::int64_t channels = width << stage, side = 32 >> stage;
    const at::Tensor x = pixels(batch, channels, side, type), weight = torch::randn({channels, channels, 3, 3});
    std::array<Times, kCalls> a{}, b{};
    for (std::size_t i = 0; i < kCalls; ++i) {
      a[i] = once(byolab::convolution_3x3, x, weight);
      b[i] = once(libtorch, x, weight);
    }
    const Times mine = medians(a), its = medians(b);
    std::printf("%8lld channels, %2lld px", static_cast<long long>(channels), static_cast<long long>(side));
    for (std::size_t pass = 0; pass < kPasses.size(); ++pass)
      std::printf("  %6.2f %6.2f  %4.2fx", mine[pass], its[pass], its[pass] / mine[pass]);
    std::printf("\n");
    const int layers = stage == 0 ? 4 : 3;
    ours += layers * of_a_step(mine);
    theirs += layers * of_a_step(its);
  }
  std::printf("all of a step: %.1f and %.1f ms, %.2fx\n", ours, theirs, theirs / ours);
  return 0;
}
