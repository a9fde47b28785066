#include "support/alternate_stack.hpp"

#include <signal.h>
#include <sys/mman.h>

namespace byolab {
namespace {

constexpr std::size_t kBytes = 64 * 1024;  // the kernel puts all registers there, AVX-512's and AMX's too

}  // namespace

AlternateStack::AlternateStack() {
  stack_t present{};
  if (::sigaltstack(nullptr, &present) != 0 || !(present.ss_flags & SS_DISABLE)) return;
  void* memory = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;  // a stack overflow will then be silent; all else works
  stack_t stack{};
  stack.ss_sp = memory;
  stack.ss_size = kBytes;
  if (::sigaltstack(&stack, nullptr) == 0)
    memory_ = memory;
  else
    ::munmap(memory, kBytes);
}

AlternateStack::~AlternateStack() {
  if (!memory_) return;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
  ::munmap(memory_, kBytes);
}

}  // namespace byolab
