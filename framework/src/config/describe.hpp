#pragma once

#include <nlohmann/json_fwd.hpp>

#include "byolab/registry.hpp"

namespace byolab {

/// The options of a plugin as it declares them. Throws what its `describe` throws.
BYOLAB_API std::vector<Field> fields_of_plugin(const Entry& entry);

/// A plugin and its options for reading: `byolab plugin describe`.
BYOLAB_API std::string describe_text(const Entry& entry);

/// The host's own keys, section by section, in the same form.
BYOLAB_API std::string describe_sections();

/// As `describe_text`, for programs: {kind, name, version, summary, options: [{name, type, meaning, unit, source,
/// default, min, max, choices, kind, required, changes_results}]}; keys that do not apply are left out.
BYOLAB_API nlohmann::json describe_json(const Entry& entry);

/// A value as JSON; infinities and NaN as strings, since JSON has no such numbers.
BYOLAB_API nlohmann::json to_json(const Value& value);

}  // namespace byolab
