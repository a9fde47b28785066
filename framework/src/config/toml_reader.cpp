#include "config/toml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include <toml++/toml.h>

#include "config/toml_depth.hpp"

namespace byolab {
namespace {

Place place_of(const toml::source_region& source, const std::string& file) {
  return {file, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

class Converter {
 public:
  Converter(std::string_view text, const std::string& file, Problems& problems)
      : text_(text), file_(file), problems_(problems) {}

  Value operator()(const toml::node& node) {
    Value value = convert(node);
    value.place = place_of(node.source(), file_);
    return value;
  }

 private:
  Value convert(const toml::node& node) {
    if (const auto* table = node.as_table()) return convert_table(*table);
    if (const auto* array = node.as_array()) {
      List list;
      for (const toml::node& element : *array) list.push_back((*this)(element));
      return list;
    }
    if (const auto* value = node.as_boolean()) return value->get();
    if (const auto* value = node.as_integer()) return value->get();
    if (const auto* value = node.as_floating_point()) return number(value->get(), node.source());
    if (const auto* value = node.as_string()) return value->get();
    problems_.add(place_of(node.source(), file_), "dates and times have no use here",
                  {"write it as a string, in quotes"});
    problems_.settle(place_of(node.source(), file_));
    return {};
  }

  /// toml++ makes 0 of what is too small for a double.
  Value number(double value, const toml::source_region& source) {
    const std::string_view written = value == 0 ? token_at(source.begin) : std::string_view();
    if (written.substr(0, written.find_first_of("eE")).find_first_of("123456789") != std::string_view::npos) {
      const Place place = place_of(source, file_);
      problems_.add(place,
                    fmt::format("{} is too small for a floating-point number of 64 bits, and would be 0", written),
                    {"write 0.0 if that is meant; the smallest number is about 4.9e-324"});
      problems_.settle(place);
    }
    return value;
  }

  /// What is written there, up to a blank, comma or bracket. Columns count characters of UTF-8.
  std::string_view token_at(const toml::source_position& position) const {
    std::string_view rest = text_;
    for (toml::source_index line = 1; line < position.line; ++line) rest.remove_prefix(rest.find('\n') + 1);
    for (toml::source_index column = 1; column < position.column && !rest.empty(); ++column) do
        rest.remove_prefix(1);
      while (!rest.empty() && (static_cast<unsigned char>(rest.front()) & 0xC0) == 0x80);
    return rest.substr(0, rest.find_first_of(" \t\r\n,]}#"));
  }

  Value convert_table(const toml::table& source) {
    Table table;
    for (const auto& [key, node] : source) {
      Value value = (*this)(node);
      value.key_place = place_of(key.source(), file_);
      table.emplace_back(std::string(key.str()), std::move(value));
    }
    // toml++ sorts keys by name; the order of writing is in their places.
    std::stable_sort(table.begin(), table.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.second.key_place.line, a.second.key_place.column) <
             std::tuple(b.second.key_place.line, b.second.key_place.column);
    });
    return table;
  }

  std::string_view text_;
  const std::string& file_;
  Problems& problems_;
};

void set_places(Value& value, const Place& place) {
  value.place = value.key_place = place;
  if (auto* list = value.get_if<List>())
    for (Value& element : *list) set_places(element, place);
  if (auto* table = value.get_if<Table>())
    for (auto& [key, element] : *table) set_places(element, place);
}

}  // namespace

std::optional<Value> parse_toml(const std::string& text, const std::string& file, Problems& problems) {
  if (const TooDeep deep = find_too_deep(text); deep.line > 0) {
    problems.add({file, deep.line, deep.column},
                 "tables and lists nest more than " + std::to_string(kDeepestToml) + " deep here",
                 {"no experiment needs that: the file was not read"});
    return std::nullopt;
  }
  try {
    return Converter(text, file, problems)(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    problems.add(place_of(error.source(), file), "this is not TOML: " + std::string(error.description()),
                 {"the rest of the file was not read: mend this first"});
    return std::nullopt;
  }
}

std::optional<Value> parse_value(const std::string& text, const Place& place, Problems& problems) {
  Value value(text);
  const bool bracketed = !text.empty() && std::string("[{\"'").find(text.front()) != std::string::npos;
  if (find_too_deep("x = " + text).line > 0) {
    problems.add(place, "the value nests more than " + std::to_string(kDeepestToml) + " deep");
    return std::nullopt;
  }
  try {
    const std::string line = "x = " + text;
    const toml::table parsed = toml::parse(line);
    const toml::node* node = parsed.get("x");
    // A text with line breaks could hold further keys: then it is no single value.
    if (node && parsed.size() == 1 && !node->is_date() && !node->is_time() && !node->is_date_time()) {
      Problems inside;
      value = Converter(line, place.file, inside)(*node);
      for (const Problem& problem : inside.sorted()) problems.add(place, problem.sentence, problem.hints);
    }
  } catch (const toml::parse_error& error) {
    if (bracketed) {
      problems.add(place, "this is not TOML: " + std::string(error.description()),
                   {"quote the whole for the shell: --set 'key=[1, 2]'"});
      return std::nullopt;
    }
  }
  set_places(value, place);
  return value;
}

}  // namespace byolab
