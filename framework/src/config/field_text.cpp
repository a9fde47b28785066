#include "config/field_text.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace byolab {
namespace {

std::string kind_text(Kind kind) {
  std::string text = name_of(kind);
  for (char& letter : text)
    if (letter == '_') letter = ' ';
  return text;
}

std::string bare_type(const Field& field) {
  switch (field.type) {
    case FieldType::boolean:
      return "true | false";
    case FieldType::integer:
      return "integer";
    case FieldType::number:
      return "number";
    case FieldType::string:
      return std::string(field.about.unit) == "path" ? "path" : "string";
    case FieldType::choice:
      return fmt::format("{}", fmt::join(field.choices, " | "));
    case FieldType::cadence:
      return "time, as in \"100 steps\", \"0.5 epochs\" or \"5 %\"";
    case FieldType::schedule:
      return "number or schedule";
    case FieldType::integers:
      return "list of integers";
    case FieldType::numbers:
      return "list of numbers";
    case FieldType::strings:
      return "list of strings";
    case FieldType::plugin:
      return kind_text(field.kind) + " plugin";
    case FieldType::plugins:
      return "list of " + kind_text(field.kind) + " plugins";
  }
  return {};
}

}  // namespace

std::string range_text(const About& about) {
  const bool low = std::isfinite(about.min), high = std::isfinite(about.max);
  if (low && high) return fmt::format("in [{}, {}]", about.min, about.max);
  if (low) return fmt::format("≥ {}", about.min);
  return high ? fmt::format("≤ {}", about.max) : "";
}

std::string type_text(const Field& field) {
  std::string text = bare_type(field);
  if (const std::string range = range_text(field.about); !range.empty()) text += ' ' + range;
  const std::string unit = field.about.unit;
  return unit.empty() || unit == "path" ? text : text + ", " + unit;
}

std::string plain_text(const Value& value) {
  if (const auto* integer = value.get_if<std::int64_t>()) return std::to_string(*integer);
  if (value.is_number()) return fmt::format("{}", value.number());  // the shortest that reads back as the same
  const auto* table = value.get_if<Table>();
  if (!table) return value.toml();
  std::string text;
  for (const auto& [key, element] : *table) {
    const auto* name = element.get_if<std::string>();
    const bool names_plugin = name && (key == "plugin" || key == "schedule");
    text += (text.empty() ? "" : " ") + (names_plugin ? *name : key + ' ' + plain_text(element));
  }
  return text.empty() ? "none" : text;
}

std::string default_text(const Field& field) {
  const auto* text = field.initial.get_if<std::string>();
  if (text && (field.type == FieldType::choice || field.type == FieldType::cadence)) return *text;
  return text && text->empty() ? "none" : plain_text(field.initial);
}

std::string summary_of(const Field& field) {
  return fmt::format("{} ({}, {})", field.name, type_text(field),
                     field.about.required ? "required" : "default " + default_text(field));
}

std::string type_with_article(const Value& value) {
  return (value.get_if<std::int64_t>() ? "an " : "a ") + std::string(value.type_name());
}

std::vector<std::string> names_of(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

}  // namespace byolab
