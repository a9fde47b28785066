#pragma once

#include <initializer_list>
#include <type_traits>

#include "byolab/field.hpp"

namespace byolab {

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
  declare(
      {name, meaning, FieldType::plugin, {}, Interface::kKind, about, option.value(), [&option](const Bound& bound) {
         option = Nested<Interface>(bound.recipes.at(0));
       }});
}

template <class Interface>
void Fields::operator()(const char* name, std::vector<Nested<Interface>>& option, const char* meaning, About about) {
  List initial;
  for (const auto& nested : option) initial.push_back(nested.value());
  declare({name,
           meaning,
           FieldType::plugins,
           {},
           Interface::kKind,
           about,
           Value(std::move(initial)),
           [&option](const Bound& bound) { option.assign(bound.recipes.begin(), bound.recipes.end()); }});
}

}  // namespace byolab
