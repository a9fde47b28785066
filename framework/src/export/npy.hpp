#pragma once

#include <string>

#include "byolab/abi.hpp"
#include "support/array.hpp"

namespace byolab {

/// A NumPy file (.npy, format 1.0) of an array.
BYOLAB_API std::string npy_of(const Array<float>& array);
BYOLAB_API std::string npy_of(const Array<std::int64_t>& array);

}  // namespace byolab
