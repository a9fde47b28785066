#pragma once

#include "byolab/abi.hpp"

namespace byolab {

/// The `byolab` program. Exit codes: 0 done; 1 it failed, and said why; 2 the command line or the experiment is
/// wrong; 3 the run ended as diverged, 4 as collapsed; 130 stopped by Ctrl-C or SIGTERM, after a checkpoint.
BYOLAB_API int run_program(int count, char** words);

}  // namespace byolab
