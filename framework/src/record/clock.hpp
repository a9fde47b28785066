#pragma once

#include <string>

namespace byolab {

/// Now, as ISO 8601 in UTC to the second: "2025-01-31T12:00:00Z".
std::string now_text();

}  // namespace byolab
