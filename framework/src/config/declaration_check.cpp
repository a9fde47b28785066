#include "config/declaration_check.hpp"

#include <algorithm>

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
  if (!field.about.required && default_stands_alone(field) && !is_good_default(field, owner, catalogue))
    throw Error(
        begin + fmt::format(" with the default {}, where {} is expected", plain_text(field.initial), type_text(field)),
        "the plugin's author must mend it");
}

}  // namespace byolab
