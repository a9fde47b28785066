#pragma once

#include <map>
#include <string>

#include "byolab/error.hpp"

namespace byolab {

/// The keys of a resolved experiment, as `--set` writes them, with their values as TOML:
/// {"target.tau", "0.99"}, {"views.view1.augment.gaussian_blur.p", "0.5"}. Texts without quotes.
/// Throws Error if it is not TOML.
BYOLAB_API std::map<std::string, std::string> flat_keys(const std::string& resolved_toml);

/// Whether a key may tell two arms apart: seed, name, folders, checkpoints and the like do not.
BYOLAB_API bool tells_arms_apart(const std::string& key);

}  // namespace byolab
