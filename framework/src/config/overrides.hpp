#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/document.hpp"

namespace byolab {

/// A `--set` taken apart.
struct Setting {
  std::vector<std::string> keys;  ///< "views", "*", "augment", "gaussian_blur", "p"
  std::string path;               ///< as written
  Value value;
  Place place;
};

/// "a.'b.c'.d" to a, b.c, d. Nothing if a key is empty or a quote stays open.
BYOLAB_API std::optional<std::vector<std::string>> keys_of_path(const std::string& path);

/// Brings settings that choose a plugin, schedule or preset to the front, the outer before the inner, since choosing
/// discards what was there: `optimizer.plugin`, then `optimizer.lr = { schedule = … }`, then `optimizer.lr.to`.
BYOLAB_API void put_choices_first(std::vector<Setting>& settings);

/// Takes `--set` texts apart, choices first, whatever their order on the command line.
BYOLAB_API std::vector<Setting> parse_settings(const std::vector<std::string>& texts, Problems& problems);

/// Sets a value wherever the path leads: through tables by key (making those that are not there), through lists by
/// an element's name or `*` (all). `…remove=true` drops elements. Says in `before` what was there first.
/// A path that leads nowhere is a problem.
BYOLAB_API void apply_setting(Value& root, const Setting& setting, std::vector<Override>& done, Problems& problems);

}  // namespace byolab
