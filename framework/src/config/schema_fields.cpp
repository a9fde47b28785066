#include "config/schema_fields.hpp"

#include <cmath>

#include "config/describe.hpp"
#include "config/field_text.hpp"

namespace byolab {
namespace {

using nlohmann::json;

json bounded(const char* type, const About& about) {
  json out{{"type", type}};
  if (std::isfinite(about.min)) out["minimum"] = about.min;
  if (std::isfinite(about.max)) out["maximum"] = about.max;
  return out;
}

json reference(Kind kind) { return {{"$ref", std::string("#/definitions/") + name_of(kind)}}; }

/// A table, or a name that stands for one.
json plugin_schema(Kind kind) { return {{"anyOf", {reference(kind), {{"type", "string"}}}}}; }

json value_schema(const Field& field) {
  switch (field.type) {
    case FieldType::boolean:
      return {{"type", "boolean"}};
    case FieldType::integer:
      return bounded("integer", field.about);
    case FieldType::number:
      return bounded("number", field.about);
    case FieldType::string:
      return {{"type", "string"}};
    case FieldType::choice:
      return {{"enum", field.choices}};
    case FieldType::cadence:
      return {{"type", "string"}, {"pattern", "^(never|[0-9]*\\.?[0-9]+(e[-+]?[0-9]+)? *(steps?|epochs?|%))$"}};
    case FieldType::schedule:
      return {{"anyOf", {bounded("number", field.about), reference(Kind::schedule), {{"type", "string"}}}}};
    case FieldType::integers:
      return list_of(bounded("integer", field.about));
    case FieldType::numbers:
      return list_of(bounded("number", field.about));
    case FieldType::strings:
      return list_of({{"type", "string"}});
    case FieldType::plugin:
      return plugin_schema(field.kind);
    case FieldType::plugins:
      return list_of(plugin_schema(field.kind));
  }
  return json::object();
}

}  // namespace

json list_of(json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

json field_schema(const Field& field) {
  json out = value_schema(field);
  std::string text = field.meaning + " (" + type_text(field) + ")";
  if (*field.about.source) text += std::string("; ") + field.about.source;
  out["description"] = std::move(text);
  if (!field.about.required) out["default"] = to_json(field.initial);
  return out;
}

json properties_of(const std::vector<Field>& fields) {
  json out = json::object();
  for (const Field& field : fields) out[field.name] = field_schema(field);
  return out;
}

}  // namespace byolab
