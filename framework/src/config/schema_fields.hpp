#pragma once

#include <nlohmann/json.hpp>

#include "byolab/fields.hpp"

namespace byolab {

/// The schema of a list of such items.
nlohmann::json list_of(nlohmann::json items);

/// The schema of an option's value. Nested plugins and schedules refer to `#/definitions/<kind>`.
nlohmann::json field_schema(const Field& field);

/// `{name: schema, …}` of some options.
nlohmann::json properties_of(const std::vector<Field>& fields);

}  // namespace byolab
