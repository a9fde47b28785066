#pragma once

#include <optional>

#include "config/experiment.hpp"
#include "config/field_lister.hpp"

namespace byolab {

/// [plugins]; read early by `plugin_paths`, and again with all else for its errors.
struct PluginsOptions {
  std::vector<std::string> path;
  static void describe(Fields& field, PluginsOptions& options);
};

/// A section that an experiment may have.
struct Section {
  std::string name;
  std::optional<Kind> kind;  ///< of the plugin that it names, if it names one
  bool list = false;         ///< [[name]] rather than [name]
  std::string meaning;
  std::vector<Field> (*host)() = nullptr;  ///< the keys that the host reads, in addition to `plugin` and `name`
};

/// All sections, in the order in which an experiment is printed.
BYOLAB_API const std::vector<Section>& sections();

/// The declared options of a structure.
template <class Options>
std::vector<Field> fields_of() {
  Options options;
  FieldLister lister;
  Options::describe(lister, options);
  return lister.fields();
}

}  // namespace byolab
