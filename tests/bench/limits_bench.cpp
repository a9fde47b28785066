// What this machine can do at most, as LibTorch reaches it: products of 2048 × 2048 matrices, and copies between two
// buffers of 256 MB.
//
//   limits_bench THREADS [SECONDS]      prints float32 and bfloat16 [GFLOP/s] and copy [GB/s, read and written]

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

/// Calls a function again and again; gives the median time of a call, as roofline.py takes the median step: other work
/// on the machine slows both.
template <class Function>
double median(double seconds, Function&& function) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  function();
  const auto start = Clock::now();
  while (times.size() < 3 || std::chrono::duration<double>(Clock::now() - start).count() < seconds) {
    const auto before = Clock::now();
    function();
    times.push_back(std::chrono::duration<double>(Clock::now() - before).count());
  }
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

double product_of(std::int64_t side, at::ScalarType type, double seconds) {
  const at::Tensor a = at::rand({side, side}).to(type), b = at::rand({side, side}).to(type);
  at::Tensor out = at::empty({side, side}, type);
  return 2e-9 * static_cast<double>(side * side * side) / median(seconds, [&] { at::mm_out(out, a, b); });
}

/// Without instructions for bfloat16, a large product takes a minute, and a small one tells enough.
double bfloat16_product(double seconds) {
  const double small = product_of(256, at::kBFloat16, 0);
  return small < 10 ? small : product_of(2048, at::kBFloat16, seconds);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return std::fprintf(stderr, "usage: limits_bench THREADS [SECONDS]\n"), 2;
  at::set_num_threads(std::atoi(words[1]));
  const double seconds = count > 2 ? std::atof(words[2]) : 1;
  const at::Tensor from = at::ones({64 << 20}), to = at::zeros({64 << 20});
  const double copy = 2 * 4e-9 * static_cast<double>(from.numel()) / median(seconds, [&] { to.copy_(from); });
  std::printf("%.2f %.2f %.2f\n", product_of(2048, at::kFloat, seconds), bfloat16_product(seconds), copy);
  return 0;
}
