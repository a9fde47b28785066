#include "config/describe.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/field_lister.hpp"
#include "config/field_text.hpp"
#include "config/sections.hpp"

namespace byolab {
namespace {

const char* type_name(FieldType type) {
  constexpr const char* kNames[] = {"boolean",  "integer",  "number",  "string",  "choice", "cadence",
                                    "schedule", "integers", "numbers", "strings", "plugin", "plugins"};
  return kNames[static_cast<int>(type)];
}

nlohmann::json field_json(const Field& field) {
  const About& about = field.about;
  nlohmann::json out{{"name", field.name},
                     {"type", type_name(field.type)},
                     {"meaning", field.meaning},
                     {"required", about.required},
                     {"changes_results", about.changes_results}};
  if (!about.required) out["default"] = to_json(field.initial);
  if (*about.unit) out["unit"] = about.unit;
  if (*about.source) out["source"] = about.source;
  if (std::isfinite(about.min)) out["min"] = about.min;
  if (std::isfinite(about.max)) out["max"] = about.max;
  if (!field.choices.empty()) out["choices"] = field.choices;
  if (field.type == FieldType::plugin || field.type == FieldType::plugins) out["kind"] = name_of(field.kind);
  return out;
}

std::string options_text(const std::vector<Field>& fields) {
  std::string out;
  for (const Field& field : fields) {
    out += fmt::format("\n  {}\n      {}\n", summary_of(field), field.meaning);
    if (*field.about.source) out += fmt::format("      source: {}\n", field.about.source);
    if (!field.about.changes_results) out += "      cannot change results\n";
  }
  return out;
}

}  // namespace

std::vector<Field> fields_of_plugin(const Entry& entry) {
  FieldLister lister;
  entry.read(lister);
  return lister.fields();
}

std::string describe_text(const Entry& entry) {
  return fmt::format("{} {}, version {}\n  {}\n", name_of(entry.kind), entry.name, entry.version, entry.summary) +
         options_text(fields_of_plugin(entry));
}

std::string describe_sections() {
  std::string out;
  for (const Section& section : sections()) {
    const std::string header = '[' + section.name + ']';
    out += (out.empty() ? "" : "\n") + (section.list ? '[' + header + ']' : header);
    if (section.kind) out += fmt::format(", names a plugin of kind {}", name_of(*section.kind));
    out += fmt::format("\n  {}\n", section.meaning);
    if (section.host) out += options_text(section.host());
  }
  return out;
}

nlohmann::json describe_json(const Entry& entry) {
  nlohmann::json options = nlohmann::json::array();
  for (const Field& field : fields_of_plugin(entry)) options.push_back(field_json(field));
  return {{"kind", name_of(entry.kind)},
          {"name", entry.name},
          {"version", entry.version},
          {"summary", entry.summary},
          {"options", std::move(options)}};
}

nlohmann::json to_json(const Value& value) {
  if (const auto* flag = value.get_if<bool>()) return *flag;
  if (const auto* integer = value.get_if<std::int64_t>()) return *integer;
  if (const auto* real = value.get_if<double>())
    return std::isfinite(*real) ? nlohmann::json(*real) : nlohmann::json(value.toml());
  if (const auto* text = value.get_if<std::string>()) return *text;
  if (const auto* list = value.get_if<List>()) {
    nlohmann::json out = nlohmann::json::array();
    for (const Value& element : *list) out.push_back(to_json(element));
    return out;
  }
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [key, element] : *value.get_if<Table>()) out[key] = to_json(element);
  return out;
}

}  // namespace byolab
