#pragma once

#include <string>
#include <string_view>

namespace images {

/// Whether a name is UTF-8 without control characters.
bool is_text(std::string_view name);

/// The same name as it may stand in a message: other bytes as \x1b.
std::string shown(std::string_view name);

/// "1 image", "2 images"; thousands are set apart: "1,281,167 images".
std::string count_of(std::int64_t count, std::string_view what);

}  // namespace images
