#pragma once

#include "byolab/registry.hpp"

namespace byolab {

/// The plugins that can be had, by kind and name. What config/ and app/ know of the plugin boundary.
class BYOLAB_API Catalogue {
 public:
  virtual ~Catalogue() = default;

  /// Null if there is none of that name. Loads the library at the first request; throws Error if that fails.
  virtual const Entry* find(Kind kind, const std::string& name) const = 0;
  /// Names of all plugins of a kind, sorted; loads nothing.
  virtual std::vector<std::string> names(Kind kind) const = 0;
  /// Where was looked, and what was found: the end of a "no such plugin" message, several lines.
  virtual std::string account() const = 0;
};

}  // namespace byolab
