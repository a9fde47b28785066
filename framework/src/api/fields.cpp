#include "byolab/fields.hpp"

#include <charconv>

namespace byolab {
namespace {

template <class Stored, class Option>
std::function<void(const Bound&)> copy_to(Option& option) {
  return [&option](const Bound& bound) { option = *bound.value.get_if<Stored>(); };
}

template <class Element>
std::function<void(const Bound&)> copy_list_to(std::vector<Element>& option) {
  return [&option](const Bound& bound) {
    option.clear();
    for (const Value& element : *bound.value.get_if<List>()) option.push_back(*element.get_if<Element>());
  };
}

template <class Element>
Value list_of(const std::vector<Element>& elements) {
  return Value(List(elements.begin(), elements.end()));
}

/// Cadences arrive as text that was checked already.
void read_cadence(const std::string& text, Cadence& cadence) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  const char* rest = std::from_chars(begin, end, cadence.count).ptr;  // std::stod would ask the locale
  const char unit = text.at(text.find_first_not_of(' ', static_cast<std::size_t>(rest - begin)));
  cadence.unit = unit == 's' ? Cadence::Unit::steps : unit == 'e' ? Cadence::Unit::epochs : Cadence::Unit::percent;
}

}  // namespace

Fields::~Fields() = default;

void Fields::operator()(const char* name, bool& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::boolean, {}, Kind::schedule, about, Value(option), copy_to<bool>(option)});
}

void Fields::operator()(const char* name, std::int64_t& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::integer, {}, Kind::schedule, about, Value(option), copy_to<std::int64_t>(option)});
}

void Fields::operator()(const char* name, double& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::number, {}, Kind::schedule, about, Value(option), copy_to<double>(option)});
}

void Fields::operator()(const char* name, std::string& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::string, {}, Kind::schedule, about, Value(option), copy_to<std::string>(option)});
}

void Fields::operator()(const char* name, Cadence& option, const char* meaning, About about) {
  declare({name,
           meaning,
           FieldType::cadence,
           {},
           Kind::schedule,
           about,
           Value(option.text()),
           [&option](const Bound& bound) { read_cadence(*bound.value.get_if<std::string>(), option); }});
}

void Fields::operator()(const char* name, Schedule& option, const char* meaning, About about) {
  declare(
      {name, meaning, FieldType::schedule, {}, Kind::schedule, about, option.value(), [&option](const Bound& bound) {
         if (bound.recipes.empty()) {
           option = Schedule(bound.value.number());
         } else {
           // The recipe's kind was checked when it was made, so that this never needs RTTI.
           auto curve = std::static_pointer_cast<ScheduleCurve>(bound.recipes.front().make(Context{}));
           option = Schedule(bound.value, std::move(curve));
         }
       }});
}

void Fields::operator()(const char* name, std::vector<std::int64_t>& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::integers, {}, Kind::schedule, about, list_of(option), copy_list_to(option)});
}

void Fields::operator()(const char* name, std::vector<double>& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::numbers, {}, Kind::schedule, about, list_of(option), copy_list_to(option)});
}

void Fields::operator()(const char* name, std::vector<std::string>& option, const char* meaning, About about) {
  declare({name, meaning, FieldType::strings, {}, Kind::schedule, about, list_of(option), copy_list_to(option)});
}

}  // namespace byolab
