#pragma once

#include "byolab/registry.hpp"
#include "guard/guard.hpp"

namespace byolab {

/// A plugin whose `describe`, constructor and destructor pass through the guard.
Entry guarded_entry(Entry entry, Callee callee);

}  // namespace byolab
