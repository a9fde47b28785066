#include "config/value_check.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/cadence_text.hpp"
#include "config/expand.hpp"
#include "config/field_text.hpp"
#include "config/merge.hpp"
#include "config/plugin_reader.hpp"
#include "config/suggest.hpp"

namespace byolab {
namespace {

std::string wanted(const Field& field) {
  switch (field.type) {
    case FieldType::boolean:
      return "true or false";
    case FieldType::integer:
      return "an integer";
    case FieldType::number:
      return "a number";
    case FieldType::string:
      return "a string";
    case FieldType::choice:
      return fmt::format("one of {}", fmt::join(field.choices, ", "));
    case FieldType::cadence:
      return "a time such as \"100 steps\", \"0.5 epochs\" or \"5 %\"";
    case FieldType::schedule:
      return "a number or a schedule";
    case FieldType::integers:
      return "a list of integers";
    case FieldType::numbers:
      return "a list of numbers";
    case FieldType::strings:
      return "a list of strings";
    case FieldType::plugin:
      return fmt::format("the name of a plugin of kind {}, or a table with `plugin`", name_of(field.kind));
    case FieldType::plugins:
      return fmt::format("a list of plugins of kind {}", name_of(field.kind));
  }
  return {};
}

std::string found(const Value& value) {
  const std::string text = value.toml();
  return text.size() <= 60 ? text : type_with_article(value);
}

/// "1,5", "1e400": no name of a plugin begins so.
bool begins_as_number(const std::string& text) {
  return !text.empty() && std::string_view("0123456789+-.").find(text.front()) != std::string_view::npos;
}

/// Checks one value; each method returns the value in its final form, or nothing after reporting why.
class Checker {
 public:
  Checker(Reading& reading, const Field& field, const Owner& owner) : reading_(reading), field_(field), owner_(owner) {}

  std::optional<Checked> operator()(const Value& value) {
    switch (field_.type) {
      case FieldType::schedule:
        return schedule(value);
      case FieldType::plugin:
        return plugin(value);
      case FieldType::plugins:
        return plugins(value);
      case FieldType::integers:
        return list(value, FieldType::integer);
      case FieldType::numbers:
        return list(value, FieldType::number);
      case FieldType::strings:
        return list(value, FieldType::string);
      default:
        return plain(scalar(value, field_.type));
    }
  }

 private:
  static std::optional<Checked> plain(std::optional<Value> value) {
    if (!value) return std::nullopt;
    return Checked{{*value, {}}, *value};
  }

  std::nullopt_t refuse(const Value& value, const std::string& what, const std::vector<std::string>& near = {}) {
    const auto* word = value.get_if<std::string>();
    reading_.problems.add(value.place, fmt::format("'{}' of {} must be {}", field_.name, owner_.text, what),
                          {suggestion(word ? *word : "", near, summary_of(field_) + ": " + field_.meaning)});
    return std::nullopt;
  }
  std::nullopt_t wrong_type(const Value& value) {
    return refuse(value, wanted(field_) + ", found " + found(value), field_.choices);
  }

  /// NaN and infinity are in no range: whoever means "without bound" has a key that says so.
  bool in_range(double number) const {
    return std::isfinite(number) && number >= field_.about.min && number <= field_.about.max;
  }

  std::optional<Value> ranged(const Value& value, Value number) {
    if (in_range(number.number())) return number;
    const std::string range = range_text(field_.about);
    return refuse(value, (range.empty() ? "a finite number" : range) + ", found " + found(value));
  }

  std::optional<Value> scalar(const Value& value, FieldType type) {
    switch (type) {
      case FieldType::boolean:
        if (value.get_if<bool>()) return value;
        break;
      case FieldType::integer:
        if (value.get_if<std::int64_t>()) return ranged(value, value);
        if (const double* real = value.get_if<double>(); real && std::abs(*real) < 0x1p53 && *real == std::trunc(*real))
          return ranged(value, static_cast<std::int64_t>(*real));  // 1e5
        break;
      case FieldType::number:
        if (value.is_number()) return ranged(value, value.number());
        break;
      case FieldType::string:
        if (const auto* text = value.get_if<std::string>()) return string(value, *text);
        break;
      case FieldType::choice:
        if (const auto* text = value.get_if<std::string>())
          if (std::find(field_.choices.begin(), field_.choices.end(), *text) != field_.choices.end()) return value;
        break;
      case FieldType::cadence:
        if (const auto* text = value.get_if<std::string>())
          if (const auto cadence = parse_cadence(*text)) {
            if (cadence->unit == Cadence::Unit::percent && cadence->count > 100)
              return refuse(value, "at most 100 %, which is the whole run, found " + found(value));
            if (in_range(cadence->count)) return Value(cadence->text());
            return refuse(value, range_text(field_.about) + ", found " + found(value));
          }
        break;
      default:
        break;
    }
    return wrong_type(value);
  }

  std::optional<Value> string(const Value& value, const std::string& text) {
    if (std::any_of(text.begin(), text.end(), [](unsigned char letter) { return letter < 0x20 || letter == 0x7F; }))
      return refuse(value, "a string without control characters, found " + value.toml());
    auto full = expand(text, value.place, below(owner_.path, field_.name), reading_.problems, reading_.seed);
    if (!full) return std::nullopt;
    return std::string(field_.about.unit) == "path" ? absolute_path(*full, value.place) : *full;
  }

  std::optional<Checked> list(const Value& value, FieldType element_type) {
    const auto* written = value.get_if<List>();
    if (!written) return wrong_type(value);
    List out;
    for (const Value& element : *written)  // to the end: all mistakes are told
      if (auto checked = scalar(element, element_type)) out.push_back(std::move(*checked));
    if (out.size() != written->size()) return std::nullopt;
    return plain(Value(std::move(out)));
  }

  /// A table, or a name standing for a table, laid over the default (unless it names another plugin).
  std::optional<Part> nested(const Value& value, Kind kind, const char* key, const Value& initial,
                             std::vector<std::string> host = {}) {
    Value table = value;
    if (value.get_if<std::string>()) {
      table = Table{{key, value}};
      table.place = value.place;
    }
    if (!table.get_if<Table>()) {
      wrong_type(value);
      return std::nullopt;
    }
    const Value* chosen = initial.find(key);
    if (chosen) table = with_place(merge(initial, std::move(table)), value.place);
    const std::size_t problems = reading_.problems.size();
    auto part = read_plugin(reading_, {kind, key, below(owner_.path, field_.name), std::move(host), {}}, table);
    // With wrong options inside it must not be made, or it would complain again, of its own half-read options.
    return reading_.problems.size() == problems ? part : std::nullopt;
  }

  std::optional<Checked> schedule(const Value& value) {
    if (value.is_number()) return plain(ranged(value, value.number()));
    if (const auto* text = value.get_if<std::string>(); text && begins_as_number(*text)) return wrong_type(value);
    const auto part = nested(value, Kind::schedule, "schedule", field_.initial);
    if (!part || !curve_in_range(value, part->recipe)) return std::nullopt;
    return Checked{{part->recipe.resolved, {part->recipe}}, part->identity};
  }

  /// A schedule is a rule, so its range is tried where it matters: at the ends and in the middle of a run.
  bool curve_in_range(const Value& value, const Recipe& recipe) {
    constexpr std::pair<std::int64_t, const char*> kMoments[] = {{0, "first"}, {500, "middle"}, {999, "last"}};
    try {
      const auto curve = std::static_pointer_cast<ScheduleCurve>(recipe.make(Context{}));
      for (const auto& [index, moment] : kMoments) {
        const double number = curve->at({index, 1000, 100, 256});
        if (in_range(number)) continue;
        const std::string range = range_text(field_.about);
        refuse(value, fmt::format("{}, but '{}' gives {} at the {} step", range.empty() ? "a number" : range,
                                  recipe.name, number, moment));
        return false;
      }
      return true;
    } catch (const std::exception& error) {
      reading_.problems.add(value.place, error,
                            fmt::format("schedule '{}' for '{}' of {} failed", recipe.name, field_.name, owner_.text));
      return false;
    }
  }

  std::optional<Checked> plugin(const Value& value) {
    auto part = nested(value, field_.kind, "plugin", field_.initial);
    if (!part) return std::nullopt;
    return Checked{{part->recipe.resolved, {part->recipe}}, part->identity};
  }

  std::optional<Checked> plugins(const Value& value) {
    const auto* written = value.get_if<List>();
    if (!written) return wrong_type(value);
    Checked out;
    List resolved, identity;
    for (const Value& element : *written) {
      auto part = nested(element, field_.kind, "plugin", Value(), {"name"});
      if (!part) continue;
      Value table = part->recipe.resolved;
      if (const Value* name = element.find("name")) table.set("name", *name);
      resolved.push_back(std::move(table));
      identity.push_back(std::move(part->identity));
      out.bound.recipes.push_back(std::move(part->recipe));
    }
    if (resolved.size() != written->size()) return std::nullopt;
    out.bound.value = std::move(resolved);
    out.identity = std::move(identity);
    return out;
  }

  Reading& reading_;
  const Field& field_;
  const Owner& owner_;
};

}  // namespace

std::optional<Checked> check_value(Reading& reading, const Field& field, const Value& value, const Owner& owner) {
  return Checker(reading, field, owner)(value);
}

}  // namespace byolab
