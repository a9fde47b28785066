#pragma once

#include <optional>

#include "config/field_reader.hpp"

namespace byolab {

/// A plugin with its options, and what of these can change results.
struct Part {
  Recipe recipe;
  Value identity;
};

/// What kind of plugin a table is to name, and where the table stands.
struct Slot {
  Kind kind = Kind::encoder;
  std::string key = "plugin";     ///< "schedule" for schedules
  std::string path;               ///< "target", "views.augment", "target.tau"
  std::vector<std::string> host;  ///< the table's keys that the host reads
  std::string standard;           ///< the plugin if the table names none; "" if it must
};

/// Reads the plugin that a table names and its options. Nothing, and a problem, if there is no such plugin or it
/// fails; with wrong options a plugin is returned and the problems are added.
std::optional<Part> read_plugin(Reading& reading, const Slot& slot, const Value& table);

/// Names that a plugin of this kind may not give to an option.
std::vector<std::string> reserved_keys(Kind kind);

}  // namespace byolab
