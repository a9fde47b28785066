#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "boundary/catalogue.hpp"

namespace byolab {

/// JSON Schema, Draft 4, of every experiment that these plugins allow. A table that names its plugin takes that
/// plugin's keys and the host's, and no others; one that inherits its plugin takes any plugin's, since a schema
/// sees one file. Loads all libraries; plugins that cannot be used are left out,
/// and why is added to `left_out`.
BYOLAB_API nlohmann::json make_schema(const Catalogue& catalogue, std::vector<std::string>* left_out = nullptr);

}  // namespace byolab
