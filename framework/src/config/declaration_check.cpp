#include "config/declaration_check.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/field_text.hpp"
#include "config/value_check.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

/// Types whose defaults are right or wrong by themselves. Paths and other strings may hold ${VARIABLES}, plugins may be
/// missing: that is the user's affair.
bool default_stands_alone(const Field& field) {
  switch (field.type) {
    case FieldType::integer:
    case FieldType::number:
    case FieldType::choice:
    case FieldType::cadence:
    case FieldType::integers:
    case FieldType::numbers:
      return true;
    case FieldType::schedule:
      return field.initial.is_number();
    default:
      return false;
  }
}

constexpr std::size_t kMostElements = 10'000;

bool are_good_choices(const std::vector<std::string>& choices) {
  const std::set<std::string> different(choices.begin(), choices.end());
  return !choices.empty() && different.size() == choices.size() && !different.contains("");
}

bool is_good_default(const Field& field, const Owner& owner, const Catalogue& catalogue) {
  Problems problems;
  Reading reading{catalogue, problems};
  return check_value(reading, field, field.initial, owner).has_value();
}

}  // namespace

void check_declaration(const Field& field, const Owner& owner, const Catalogue& catalogue) {
  const std::string begin = owner.text + " declares the option '" + printable(shortened(field.name)) + "'";
  if (!is_snake_case(field.name))
    throw Error(
        begin + ", which is no name for one",
        "the plugin's author must rename it, in snake_case: small letters, digits, underscores, a letter first");
  if (std::find(owner.reserved.begin(), owner.reserved.end(), field.name) != owner.reserved.end())
    throw Error(begin + ", a name that the host keeps for itself",
                fmt::format("the plugin's author must rename it; reserved are: {}", fmt::join(owner.reserved, ", ")));
  if (!field.about.unit || !field.about.source)
    throw Error(begin + " with a null pointer as its unit or source", "the plugin's author must leave it out");
  if (!(field.about.min <= field.about.max))
    throw Error(begin + fmt::format(" with the range from {} to {}, in which there is nothing", field.about.min,
                                    field.about.max),
                "the plugin's author must mend it");
  if (field.type == FieldType::choice && !are_good_choices(field.choices))
    throw Error(begin + fmt::format(" with the choices [{}]", fmt::join(field.choices, ", ")),
                "the plugin's author must give it names to choose from, each once");
  if (const List* list = field.initial.get_if<List>(); list && list->size() > kMostElements)
    throw Error(
        begin + fmt::format(" with a default of {} elements; at most {} are taken", list->size(), kMostElements),
        "keep long lists in a file, and declare its path");
  if (!field.about.required && default_stands_alone(field) && !is_good_default(field, owner, catalogue))
    throw Error(
        begin + fmt::format(" with the default {}, where {} is expected", plain_text(field.initial), type_text(field)),
        "the plugin's author must mend it");
}

}  // namespace byolab
