#include <fmt/format.h>

#include <cmath>

#include "conformance/tensors.hpp"

// Every option's declared range: its ends are taken and give finite numbers, what lies just outside is refused.
namespace byolab::conformance {
namespace {

/// A larger integer is a size, and takes memory or time that says nothing about the plugin.
constexpr double kLargest = 256;

bool is_integer(const Field& field) { return field.type == FieldType::integer || field.type == FieldType::integers; }
bool is_list(const Field& field) { return field.type == FieldType::integers || field.type == FieldType::numbers; }
bool is_number(const Field& field) {
  return is_integer(field) || is_list(field) || field.type == FieldType::number || field.type == FieldType::schedule;
}

/// A list keeps its length: plugins want some lists as long as others.
Value written(const Field& field, double number) {
  const Value value = is_integer(field) ? Value(static_cast<std::int64_t>(number)) : Value(number);
  if (!is_list(field)) return value;
  const List* initial = field.initial.get_if<List>();
  return List(initial && !initial->empty() ? initial->size() : 1, value);
}

std::string text(const Field& field, double number) { return field.name + " = " + written(field, number).toml(); }

void try_end(const Specimen& specimen, const Field& field, double number) {
  if (is_integer(field) && std::abs(number) > kLargest) return;
  const Table options{{field.name, written(field, number)}};
  try {
    const auto bench = make_bench(specimen, {.options = options});
    for (std::int64_t k = 0; k < 2; ++k) expect_finite(bench->step(k), "");
  } catch (const Error& error) {
    if (is_list(field)) return;  // how long, and whether all may be 0, is no matter of a range
    throw Failure(fmt::format("{} lies in its declared range and is not taken: {}", text(field, number), error.what()));
  } catch (const Failure& failure) {
    throw Failure(fmt::format("{} lies in its declared range, and {}", text(field, number), failure.what()));
  }
}

void try_outside(const Specimen& specimen, const Field& field, double end, double direction) {
  const double outside = is_integer(field) ? end + direction : std::nextafter(end, direction * INFINITY);
  if (is_integer(field) && std::abs(outside) >= 0x1p53) return;
  if (specimen.takes({{field.name, written(field, outside)}}))
    throw Failure(fmt::format("{} lies outside its declared range and is taken", text(field, outside)));
}

void try_options(const Specimen& specimen) {
  const std::vector<Field> fields = specimen.fields();
  bool any = false;
  for (const Field& field : fields) {
    if (field.meaning.empty()) throw Failure(fmt::format("the option '{}' does not say what it means", field.name));
    if (!is_number(field)) continue;
    any = true;
    for (const auto& [end, direction] : {std::pair{field.about.min, -1.0}, std::pair{field.about.max, 1.0}}) {
      if (!std::isfinite(end)) continue;
      try_end(specimen, field, end);
      try_outside(specimen, field, end, direction);
    }
  }
  if (!any) throw DoesNotApply("it has no options that are numbers");
}

}  // namespace

Check check_options() { return {"options", "the ends of each range work, what lies outside is refused", try_options}; }

}  // namespace byolab::conformance
