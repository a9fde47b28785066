#include "config/field_reader.hpp"

#include <algorithm>

#include "config/declaration_check.hpp"
#include "config/expand.hpp"
#include "config/field_text.hpp"
#include "config/suggest.hpp"
#include "config/value_check.hpp"
#include "support/text.hpp"

namespace byolab {

FieldReader::FieldReader(Reading& reading, const Value& table, Owner owner)
    : reading_(reading), table_(table), owner_(std::move(owner)) {}

void FieldReader::declare(Field field) {
  const auto names = names_of(fields_);
  if (std::find(names.begin(), names.end(), field.name) != names.end())
    throw Error(owner_.text + " declares the option '" + field.name + "' twice", "the plugin's author must rename one");
  check_declaration(field, owner_, reading_.catalogue);
  fields_.push_back(std::move(field));
}

void FieldReader::bind() {
  for (const Field& field : fields_) read(field);
  if (owner_.strict) report_unknown_keys();
}

void FieldReader::read(const Field& field) {
  const Value* written = table_.find(field.name);
  if (!written && field.about.required) {
    reading_.problems.add(table_.place, "'" + field.name + "' of " + owner_.text + " is missing",
                          {summary_of(field) + ": " + field.meaning});
    return;
  }
  Value initial = field.initial;
  // A path that nobody wrote starts from the current folder, whichever file holds the table.
  if (const auto* path = initial.get_if<std::string>(); path && std::string(field.about.unit) == "path")
    initial = absolute_path(*path, {});
  const Value value = with_place(written ? *written : std::move(initial), table_.place);
  const auto checked = check_value(reading_, field, value, owner_);
  if (!checked) return;
  try {
    field.assign(checked->bound);
  } catch (const std::exception& error) {
    reading_.problems.add(value.place, error, "'" + field.name + "' of " + owner_.text + " cannot be made");
    return;
  }
  resolved_.set(field.name, checked->bound.value);
  if (field.about.changes_results) identity_.set(field.name, checked->identity);
}

void FieldReader::report_unknown_keys() {
  std::vector<std::string> known = names_of(fields_);
  known.insert(known.end(), owner_.others.begin(), owner_.others.end());
  for (const auto& [key, value] : *table_.get_if<Table>()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string list;
    for (const Field& field : fields_) list += (list.empty() ? "keys: " : ", ") + summary_of(field);
    std::vector<std::string> hints{suggestion(key, known, list.empty() ? "it has no options" : list)};
    if (!owner_.others.empty()) hints.push_back("beside these: " + joined(owner_.others));
    reading_.problems.add(value.key_place.file.empty() ? table_.place : value.key_place,
                          "unknown key '" + shortened(key) + "' for " + owner_.text + owner_.unnamed, std::move(hints));
  }
}

Value with_place(Value value, const Place& place) {
  if (value.place.file.empty()) value.place = value.key_place = place;
  if (auto* list = value.get_if<List>())
    for (Value& element : *list) element = with_place(std::move(element), place);
  if (auto* table = value.get_if<Table>())
    for (auto& [key, element] : *table) element = with_place(std::move(element), place);
  return value;
}

}  // namespace byolab
