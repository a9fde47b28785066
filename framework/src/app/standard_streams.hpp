#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "byolab/abi.hpp"

namespace byolab {

/// Opens /dev/null in the place of standard input, output and error where they are closed: the next file that is opened
/// would get their number, and be written into as if it were the terminal. To be called before anything is opened.
void open_missing_streams();

/// From here on a reader that goes away (`| head`) ends nothing: `show` notices.
void outlive_readers();

/// Text on standard output, at once, for people who look on. What cannot be written any more is told once, on standard
/// error, and ends nothing.
BYOLAB_API void show_text(std::string_view text);
template <class... Values>
void show(fmt::format_string<Values...> form, Values&&... values) {
  show_text(fmt::format(form, std::forward<Values>(values)...));
}

/// Why something that was printed did not arrive ("No space left on device"); empty if all did. Flushes.
std::string trouble_with_output();

}  // namespace byolab
