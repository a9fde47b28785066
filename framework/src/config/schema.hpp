#pragma once

#include <nlohmann/json_fwd.hpp>

#include "plugins/catalogue.hpp"

namespace byolab {

/// JSON Schema, Draft 4, of every experiment that these plugins allow. A table that names its plugin takes that
/// plugin's keys and the host's, and no others; one that inherits its plugin takes any plugin's, since a schema
/// sees one file. Loads all libraries; plugins that cannot be loaded are left out.
BYOLAB_API nlohmann::json make_schema(const Catalogue& catalogue);

}  // namespace byolab
