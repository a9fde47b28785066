#pragma once

#include <cstdint>
#include <vector>

#include "byolab/abi.hpp"

namespace byolab::kernels {

/// The instruction sets that the kernels were compiled for and this processor has, best first.
BYOLAB_API std::vector<std::int64_t> instruction_sets();

/// While it lives, kernels run on one instruction set only: so that a test sees them all. Not while other
/// threads run kernels.
class BYOLAB_API InstructionSetForTest {
 public:
  explicit InstructionSetForTest(std::int64_t set);
  ~InstructionSetForTest();
  InstructionSetForTest(const InstructionSetForTest&) = delete;
  InstructionSetForTest& operator=(const InstructionSetForTest&) = delete;
};

}  // namespace byolab::kernels
