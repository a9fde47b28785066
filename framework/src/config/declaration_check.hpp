#pragma once

#include "config/reading.hpp"

namespace byolab {

/// Throws Error, for the plugin's author, if an option is declared as no option can be: a name that is none or that
/// the host keeps for itself, an empty range, a default outside it. A user's file is not to blame for any of that.
void check_declaration(const Field& field, const Owner& owner, const Catalogue& catalogue);

}  // namespace byolab
