#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <barrier>
#include <exception>
#include <thread>

#include "conformance/tensors.hpp"
#include "kernels/parallel.hpp"

namespace byolab::conformance {
namespace {

constexpr std::int64_t kSteps = 4, kCalls = 48;
constexpr int kThreads = 4;

std::vector<at::Tensor> run(Bench& bench, std::int64_t steps) {
  std::vector<at::Tensor> all;
  for (std::int64_t k = 0; k < steps; ++k)
    for (at::Tensor& result : bench.step(k)) all.push_back(std::move(result));
  return all;
}

void try_twice(const Specimen& specimen) {
  const auto first = make_bench(specimen), second = make_bench(specimen);
  const auto a = run(*first, kSteps), b = run(*second, kSteps);
  if (first_difference(a, b) >= 0)
    throw Failure(
        "made twice with the same seed and used alike, it gave different numbers: all randomness must come from "
        "LibTorch's generators, "
        "which the host seeds, or from the Random that is handed in");
}

using Results = std::vector<std::vector<at::Tensor>>;

/// Call i on thread i modulo kThreads, last calls first. All begin together, and none ends before all have worked:
/// what a thread does at its beginning and end would order its work before another's, and hide races.
Results on_threads(Bench& bench) {
  Results results(kCalls);
  std::exception_ptr thrown[kThreads];
  std::barrier together(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      together.arrive_and_wait();
      try {
        for (std::int64_t i = kCalls - 1 - t; i >= 0; i -= kThreads)
          results[static_cast<std::size_t>(i)] = bench.step(i);
      } catch (...) {
        thrown[t] = std::current_exception();
      }
      together.arrive_and_wait();
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& error : thrown)
    if (error) std::rethrow_exception(error);
  return results;
}

void try_concurrent(const Specimen& specimen) {
  const auto bench = make_bench(specimen);
  Results alone(kCalls);
  for (std::int64_t i = 0; i < kCalls; ++i) alone[static_cast<std::size_t>(i)] = bench->step(i);
  const Results together = on_threads(*bench);
  for (std::size_t i = 0; i < alone.size(); ++i)
    if (first_difference(alone[i], together[i]) >= 0)
      throw Failure(
          fmt::format("call {} gave other numbers on {} threads at once than on one: nothing may be kept from call to "
                      "call, nor differ by thread",
                      i, kThreads));
}

void set_threads(int threads) {
  at::set_num_threads(threads);
  set_parallel_threads(threads);
}

void try_computing_threads(const Specimen& specimen) {
  set_threads(1);
  const Setup setup{.dtype = widest(specimen.kind())};
  const auto one = run(*make_bench(specimen, setup), 2);
  set_threads(kThreads);
  const auto many = run(*make_bench(specimen, setup), 2);
  set_threads(1);
  if (const double off = difference(one, many); off > kTolerance)
    throw Failure(fmt::format(
        "with {} computing threads the numbers are others than with one, by {:.1g} of the largest", kThreads, off));
}

}  // namespace

Check check_determinism() { return {"determinism", "same seed, same numbers, bit for bit", try_twice, true}; }

Check check_threads() {
  return {"threads", "the number of threads changes nothing", [](const Specimen& specimen) {
            make_bench(specimen)->concurrent() ? try_concurrent(specimen) : try_computing_threads(specimen);
          }};
}

}  // namespace byolab::conformance
