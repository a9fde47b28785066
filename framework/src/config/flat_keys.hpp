#pragma once

#include <map>
#include <string>
#include <vector>

#include "byolab/error.hpp"
#include "byolab/value.hpp"

namespace byolab {

/// The keys of a resolved experiment, as `--set` writes them, with their values as TOML:
/// {"target.tau", "0.99"}, {"views.view1.augment.gaussian_blur.p", "0.5"}. Texts without quotes.
BYOLAB_API std::map<std::string, std::string> flat_keys(const Value& resolved);

/// Of each list of plugins, in which order they stand, which the keys do not tell: {"views.view1.augment", {"hue",
/// "blur"}}.
using ListOrders = std::map<std::string, std::vector<std::string>>;
BYOLAB_API ListOrders list_orders(const Value& resolved);
/// The lists that hold the same plugins in both, in another order. That of evaluators changes nothing, and is left out.
BYOLAB_API std::vector<std::string> in_other_order(const ListOrders& one, const ListOrders& other);

/// A record's `config/resolved` as a value. Throws Error if it is no TOML.
BYOLAB_API Value resolved_value(const std::string& resolved_toml);

}  // namespace byolab
