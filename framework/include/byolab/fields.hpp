#pragma once

#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <type_traits>

#include "byolab/options.hpp"

namespace byolab {

/// What is known of an option beside its name, type, default and meaning. Use designated initializers:
/// `field("tau", options.tau, "share of the old target that is kept", {.min = 0, .max = 1})`.
struct About {
  double min = -std::numeric_limits<double>::infinity();  ///< of numbers, of list elements, of a schedule
  double max = std::numeric_limits<double>::infinity();
  const char* unit = "";        ///< "path" makes a string one: relative to the file that writes it, absolute once read
  const char* source = "";      ///< "Grill et al. 2020, section 3.1"
  bool changes_results = true;  ///< false keeps the option out of a run's identity (a cache folder, say)
  bool required = false;        ///< true: must be written, the default is never used
};

enum class FieldType { boolean, integer, number, string, choice, cadence, schedule, integers, numbers, strings, plugin, plugins };

/// What was read for a field: the checked value, and what nested plugins it names.
struct Bound {
  Value value;
  std::vector<Recipe> recipes;
};

struct Field {
  std::string name, meaning;
  FieldType type = FieldType::boolean;
  std::vector<std::string> choices;  ///< of a choice
  Kind kind = Kind::schedule;        ///< of nested plugins
  About about;
  Value initial;                     ///< the default
  std::function<void(const Bound&)> assign;
};

/// Declares options: `describe(Fields& field, Options& options)` calls it once for each member. From that
/// one declaration come parsing, errors with line and column, documentation, the schema, and the record.
class __attribute__((visibility("default"))) Fields {
 public:
  virtual ~Fields();
  void operator()(const char* name, bool& option, const char* meaning, About about = {});
  void operator()(const char* name, std::int64_t& option, const char* meaning, About about = {});
  void operator()(const char* name, double& option, const char* meaning, About about = {});
  void operator()(const char* name, std::string& option, const char* meaning, About about = {});
  void operator()(const char* name, Cadence& option, const char* meaning, About about = {});
  void operator()(const char* name, Schedule& option, const char* meaning, About about = {});
  void operator()(const char* name, std::vector<std::int64_t>& option, const char* meaning, About about = {});
  void operator()(const char* name, std::vector<double>& option, const char* meaning, About about = {});
  void operator()(const char* name, std::vector<std::string>& option, const char* meaning, About about = {});

  /// An enumeration: `field("buffers", options.buffers, {{"own", Buffers::own}, …}, "…")`.
  template <class Enum>
  void operator()(const char* name, Enum& option, std::initializer_list<std::pair<const char*, Enum>> names,
                  const char* meaning, About about = {});
  /// A plugin inside a plugin, a table with a key `plugin` (`schedule` for schedules).
  template <class Interface>
  void operator()(const char* name, Nested<Interface>& option, const char* meaning, About about = {});
  template <class Interface>
  void operator()(const char* name, std::vector<Nested<Interface>>& option, const char* meaning, About about = {});

  /// Called once after `describe`: fills the options in, or reports what is wrong with them.
  virtual void bind() = 0;

 protected:
  virtual void declare(Field field) = 0;
};

template <class Enum>
void Fields::operator()(const char* name, Enum& option, std::initializer_list<std::pair<const char*, Enum>> names,
                        const char* meaning, About about) {
  static_assert(std::is_enum_v<Enum>, "a list of names belongs to an enumeration");
  Field field{name, meaning, FieldType::choice, {}, Kind::schedule, about, {}, {}};
  std::vector<Enum> values;
  for (const auto& [text, value] : names) {
    if (value == option) field.initial = Value(text);
    field.choices.emplace_back(text);
    values.push_back(value);
  }
  field.assign = [&option, values, choices = field.choices](const Bound& bound) {
    for (std::size_t i = 0; i < choices.size(); ++i)
      if (choices[i] == *bound.value.get_if<std::string>()) option = values[i];
  };
  declare(std::move(field));
}

template <class Interface>
void Fields::operator()(const char* name, Nested<Interface>& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::plugin, {}, Interface::kKind, about, option.value(),
           [&option](const Bound& bound) { option = Nested<Interface>(bound.recipes.at(0)); }});
}

template <class Interface>
void Fields::operator()(const char* name, std::vector<Nested<Interface>>& option, const char* meaning, About about) {
  List initial;
  for (const auto& nested : option) initial.push_back(nested.value());
  declare({name, meaning, FieldType::plugins, {}, Interface::kKind, about, Value(std::move(initial)),
           [&option](const Bound& bound) { option.assign(bound.recipes.begin(), bound.recipes.end()); }});
}

}  // namespace byolab
