#include "config/plugin_reader.hpp"

#include <fmt/format.h>

#include "api/host_kind.hpp"
#include "config/suggest.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (end > start) lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

std::string list_of_plugins(const Reading& reading, Kind kind) {
  return fmt::format("{} plugins: {}", name_of(kind), joined(reading.catalogue.names(kind)));
}

/// The plugin's name and the place that says so.
std::optional<std::pair<std::string, Place>> named_plugin(Reading& reading, const Slot& slot, const Value& table) {
  const Value* named = table.find(slot.key);
  if (!named && !slot.standard.empty()) return std::pair(slot.standard, table.place);
  if (!named) {
    reading.problems.add(table.place, fmt::format("'{}' names no {}", slot.path, name_of(slot.kind)),
                         {fmt::format("write {} = \"…\"", slot.key), list_of_plugins(reading, slot.kind)});
    return std::nullopt;
  }
  if (const auto* name = named->get_if<std::string>()) return std::pair(*name, named->place);
  reading.problems.add(
      named->place, fmt::format("'{}' of '{}' must be a name, found {}", slot.key, slot.path, shortened(named->toml())),
      {list_of_plugins(reading, slot.kind)});
  return std::nullopt;
}

void report_missing(Reading& reading, Kind kind, const std::string& name, const Place& place) {
  std::vector<std::string> hints{suggestion(name, reading.catalogue.names(kind), list_of_plugins(reading, kind))};
  for (std::string& line : lines_of(reading.catalogue.account())) hints.push_back(std::move(line));
  reading.problems.add(place, fmt::format("no {} is named '{}'", name_of(kind), shortened(name)), std::move(hints));
}

/// What a plugin has against its options as a whole is heard when it is made: the message says where they were written.
Maker with_place(Maker make, const Place& place) {
  if (place.file.empty()) return make;  // a default of the host's
  return [make = std::move(make), place](const Context& context) {
    try {
      return make(context);
    } catch (const Error& error) {
      throw PlacedError(place, error);
    }
  };
}

}  // namespace

std::vector<std::string> reserved_keys(Kind kind) {
  std::vector<std::string> keys{"plugin", "schedule",   "name", "remove", "every",     "split",
                                "subset", "validation", "load", "freeze", "lr_factor", "gradient"};
  for (const char* key : host_kind(kind).reserved)
    if (key) keys.emplace_back(key);
  return keys;
}

std::optional<Part> read_plugin(Reading& reading, const Slot& slot, const Value& table) {
  const auto named = named_plugin(reading, slot, table);
  if (!named) return std::nullopt;
  const auto& [name, place] = *named;
  const std::string text = fmt::format("{} '{}'", name_of(slot.kind), name);
  // A plugin whose default holds a plugin like itself would go on for ever.
  if (reading.depth >= 16) {
    reading.problems.add(place, text + " is nested more than 16 deep");
    return std::nullopt;
  }
  Owner owner{text, slot.path, slot.host, reserved_keys(slot.kind)};
  if (!table.find(slot.key)) owner.unnamed = fmt::format(" (the default, where no '{}' is written)", slot.key);
  owner.others.insert(owner.others.begin(), slot.key);
  ++reading.depth;
  std::optional<Part> part;
  try {
    if (const Entry* entry = reading.catalogue.find(slot.kind, name)) {
      FieldReader fields(reading, table, owner);
      Maker make = with_place(entry->read(fields), place);
      part = Part{{slot.kind, name, Table{{slot.key, name}}, std::move(make)}, Table{{slot.key, name}}};
      for (const auto& [key, value] : *fields.resolved().get_if<Table>()) part->recipe.resolved.set(key, value);
      for (const auto& [key, value] : *fields.identity().get_if<Table>()) part->identity.set(key, value);
    } else {
      report_missing(reading, slot.kind, name, place);
    }
  } catch (const std::exception& error) {
    reading.problems.add(place, error, text + " cannot be used");
  }
  --reading.depth;
  return part;
}

}  // namespace byolab
