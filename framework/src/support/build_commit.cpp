#include "support/build_commit.hpp"

#include "build_commit.inc"  // written by cmake/build_commit.cmake

namespace byolab {

const char* build_commit() { return BYOLAB_BUILD_COMMIT; }

}  // namespace byolab
