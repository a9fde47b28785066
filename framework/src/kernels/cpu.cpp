#include "kernels/cpu.hpp"

#include <optional>

namespace byolab::kernels {
namespace {

std::optional<bool> for_test;

bool asked_of_the_processor() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") && (__builtin_cpu_is("amd") || __builtin_cpu_supports("amx-bf16"));
#else
  return false;
#endif
}

}  // namespace

bool fast_bfloat16() {
  static const bool fast = asked_of_the_processor();
  return for_test.value_or(fast);
}

FastBFloat16ForTest::FastBFloat16ForTest(bool fast) { for_test = fast; }
FastBFloat16ForTest::~FastBFloat16ForTest() { for_test.reset(); }

}  // namespace byolab::kernels
