#pragma once

#include <string>
#include <vector>

#include "data/split.hpp"

namespace byolab {

/// What a split does to the classes that its numbers do not say: those without an image in one of the parts, and those
/// that a subset makes more or less frequent.
BYOLAB_API std::vector<std::string> notes_on(const TrainingSplit& split, const Dataset& dataset);

}  // namespace byolab
