#include "kernels/targets.hpp"

#include <hwy/highway.h>

namespace byolab::kernels {

std::vector<std::int64_t> instruction_sets() {
  std::vector<std::int64_t> sets;
  for (std::int64_t rest = hwy::SupportedTargets() & HWY_TARGETS; rest != 0; rest &= rest - 1)
    sets.push_back(rest & -rest);
  return sets;
}

InstructionSetForTest::InstructionSetForTest(std::int64_t set) {
  hwy::SetSupportedTargetsForTest(set);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

InstructionSetForTest::~InstructionSetForTest() {
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace byolab::kernels
