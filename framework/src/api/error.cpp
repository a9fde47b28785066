#include "byolab/error.hpp"

#include <utility>

namespace byolab {

Error::Error(const std::string& sentence, std::string hint) : std::runtime_error(sentence), hint_(std::move(hint)) {}

Error::~Error() = default;

}  // namespace byolab
