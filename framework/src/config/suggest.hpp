#pragma once

#include <string>
#include <vector>

#include "byolab/abi.hpp"

namespace byolab {

/// The name nearest to a misspelt word, or "" if none is near: changes, omissions, additions and swaps of
/// neighbouring letters count one each, and a third of the word may be wrong.
BYOLAB_API std::string nearest(const std::string& word, const std::vector<std::string>& names);

/// "did you mean 'tau'?   keys: tau, buffers", less the question if nothing is near.
BYOLAB_API std::string suggestion(const std::string& word, const std::vector<std::string>& names,
                                  const std::string& list);

/// "a, b, c"; "none" if there are none.
BYOLAB_API std::string joined(const std::vector<std::string>& words);

}  // namespace byolab
