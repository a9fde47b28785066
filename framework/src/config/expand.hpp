#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/problems.hpp"

namespace byolab {

/// Puts the environment's values for `${NAME}`, and `seed` for `${run.seed}`. Nothing, and a problem, if one is not
/// set; `key` is what needs it. No seed: it is not known yet.
BYOLAB_API std::optional<std::string> expand(const std::string& text, const Place& place, const std::string& key,
                                             Problems& problems, std::optional<std::int64_t> seed = {});

/// A path as it was meant: `~/` is the home folder, and a relative one starts from the folder of the file that
/// wrote it, or from the current folder if `--set` or a default did. "" stays "".
BYOLAB_API std::string absolute_path(const std::string& path, const Place& place);

/// The place of what `--set` wrote.
inline Place override_place(const std::string& text) { return {"--set " + text, 0, 0}; }

}  // namespace byolab
