#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "byolab/abi.hpp"

namespace byolab {

/// Whether a text is a name in snake_case: small letters, digits and underscores, a letter first.
BYOLAB_API bool is_snake_case(std::string_view text);

/// A text from outside (a file's name, a library's record) as a terminal or a JSON file may have it: control
/// characters and bytes that are no UTF-8 become "\x1b". Line breaks too, unless they are wanted.
BYOLAB_API std::string printable(std::string_view text, bool with_line_breaks = false);
/// The same of a path.
BYOLAB_API std::string shown(const std::filesystem::path& path);
/// Whether a text can be printed as it is, on one line.
BYOLAB_API bool is_printable(std::string_view text);

/// A text as a field of a CSV file (RFC 4180): in quotes where it holds commas, quotes or line breaks.
BYOLAB_API std::string csv_field(const std::string& text);

/// What stands before a text's first line break: of what LibTorch throws, the sentence without the stack trace.
BYOLAB_API std::string first_line(const std::string& text);

/// The first characters of a text that is too long for a message, and "…".
BYOLAB_API std::string shortened(const std::string& text, std::size_t most = 60);

}  // namespace byolab
