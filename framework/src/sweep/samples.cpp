#include "sweep/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "byolab/random.hpp"

namespace byolab {
namespace {

/// In [0, 1), 53 bits.
double uniform(Random& random) {
  const std::uint64_t high = random.bits() >> 5, low = random.bits() >> 6;
  return static_cast<double>(high * 67108864 + low) * 0x1p-53;
}

double read_bound(TableReader& reader, const char* key, double initial) {
  const Value* value = reader.find(key);
  if (!value) {
    reader.report(
        reader.place(), fmt::format("'{}' of {} is missing", key, reader.name()),
        {"a range is { from = 0.1, to = 1.0 }, with scale = \"log\" if you like, or { choice = [\"a\", \"b\"] }"});
    return initial;
  }
  if (value->is_number()) return value->number();
  reader.report(value->place, fmt::format("'{}' of {} must be a number, found {}", key, reader.name(), value->toml()));
  return initial;
}

void check_bounds(TableReader& reader, Range& range) {
  using Scale = Range::Scale;
  const bool log = range.scale == Scale::log || range.scale == Scale::log_integer;
  if (log && range.from <= 0)
    reader.report(range.place, fmt::format("'from' of {} must be above 0 on a logarithmic scale", reader.name()));
  else if (range.to < range.from)
    reader.report(range.place, fmt::format("'to' of {} is below 'from'", reader.name()));
  else if (range.scale != Scale::linear && range.scale != Scale::log &&
           (range.from != std::round(range.from) || range.to != std::round(range.to)))
    reader.report(range.place,
                  fmt::format("'from' and 'to' of {} must be whole numbers on an integer scale", reader.name()));
}

}  // namespace

Range read_range(const std::string& key, const Value& written, Problems& problems) {
  Range range{key, written.key_place, Range::Scale::linear, 0, 1, {}};
  TableReader reader(written, fmt::format("the range of '{}'", key), problems);
  if (!written.get_if<Table>()) return range;
  if (const List* choice = reader.list("choice")) {
    range.choice = *choice;
    if (choice->empty()) reader.report(written.place, fmt::format("'choice' of {} is empty", reader.name()));
  } else if (!written.find("choice")) {
    range.from = read_bound(reader, "from", 0);
    range.to = read_bound(reader, "to", 1);
    range.scale = static_cast<Range::Scale>(reader.word("scale", {"linear", "log", "integer", "log_integer"}));
    check_bounds(reader, range);
  }
  reader.finish();
  return range;
}

Value Range::draw(std::uint64_t seed, std::int64_t sample) const {
  Random random(seed, stream_of(key), static_cast<std::uint64_t>(sample));
  const double u = uniform(random);
  const auto within = [&](double value) { return std::clamp(value, from, to); };  // what rounding may carry over an end
  if (!choice.empty()) return choice[static_cast<std::size_t>(u * static_cast<double>(choice.size()))];
  switch (scale) {
    case Scale::linear:
      return within(from + (to - from) * u);
    case Scale::log:
      return within(from * std::pow(to / from, u));
    case Scale::integer:
      return static_cast<std::int64_t>(within(from + std::floor((to - from + 1) * u)));
    case Scale::log_integer:
      return static_cast<std::int64_t>(within(std::floor(from * std::pow((to + 1) / from, u))));
  }
  return {};
}

}  // namespace byolab
