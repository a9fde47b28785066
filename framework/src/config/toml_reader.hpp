#pragma once

#include <optional>
#include <string>

#include "config/problems.hpp"

namespace byolab {

/// TOML to a table whose every value and key knows its place in `file`, keys in the order written. Nothing
/// (and a problem) if it is not TOML: toml++ stops at the first mistake.
BYOLAB_API std::optional<Value> parse_toml(const std::string& text, const std::string& file, Problems& problems);

/// The value after `--set key=`: TOML, or else the text itself (`resnet`, `1 epoch`, `2026-01-31`). Nothing (and a
/// problem) if it begins as a list, table or quoted string and does not end as one.
BYOLAB_API std::optional<Value> parse_value(const std::string& text, const Place& place, Problems& problems);

}  // namespace byolab
