#pragma once

#include "byolab/fields.hpp"

namespace byolab {

/// "tau (number or schedule in [0, 1], default cosine from 0.996 to 1)"
BYOLAB_API std::string summary_of(const Field& field);
/// "number or schedule in [0, 1]", "own | copy | ema", "integer ≥ 1, pixels"
BYOLAB_API std::string type_text(const Field& field);
/// "in [0, 1]", "≥ 0", "≤ 1", or "" where any number will do.
BYOLAB_API std::string range_text(const About& about);
/// A value as it reads in a sentence: `cosine from 0.996 to 1`, `0.5`, `"runs"`, `[32, 64]`, `ema`.
BYOLAB_API std::string plain_text(const Value& value);
/// The same for a field's default; "none" for an empty string.
BYOLAB_API std::string default_text(const Field& field);
/// "an integer", "a table"
BYOLAB_API std::string type_with_article(const Value& value);
/// The names of some fields.
BYOLAB_API std::vector<std::string> names_of(const std::vector<Field>& fields);

}  // namespace byolab
