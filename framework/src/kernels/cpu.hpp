#pragma once

#include "byolab/abi.hpp"

namespace byolab::kernels {

/// Whether this processor multiplies bfloat16 faster than float32. AVX512_BF16 alone does not say so: on Intel's it
/// takes AMX, which a virtual machine may hide; without it LibTorch's products in bfloat16 have half of float32's rate
/// there.
BYOLAB_API bool fast_bfloat16();

/// While it lives, fast_bfloat16() is `fast`: so that a test sees both ways.
class BYOLAB_API FastBFloat16ForTest {
 public:
  explicit FastBFloat16ForTest(bool fast);
  ~FastBFloat16ForTest();
  FastBFloat16ForTest(const FastBFloat16ForTest&) = delete;
  FastBFloat16ForTest& operator=(const FastBFloat16ForTest&) = delete;
};

}  // namespace byolab::kernels
