#pragma once

#include "config/problems.hpp"

namespace byolab {

/// The rules by which one piece of an experiment is laid over another (docs: DESIGN's "Merging"):
/// - Tables merge key by key. One that writes `plugin`, `schedule` or `preset` discards what it inherited, unless
///   that names the same one; what the host reads in a plugin's table (`lr_factor`, `load`, `init`, …) stays.
/// - Lists of tables merge by name (`name`, else `plugin`; for [[views]] else "view1", "view2", … by position);
///   new elements come last, and `remove = true` drops one. Other lists are replaced, and so are lists with an
///   element that has no name or a name twice; an empty list thus drops all.
/// - [run] holds either `epochs` or `steps`: the one that is laid over drops the other.
/// `path` says where in the experiment the tables stand: "" at its root, "views", "target", "views.augment".
BYOLAB_API Value merge(Value base, Value over, const std::string& path = {});

/// The name of a list's element, or "" if it has none.
BYOLAB_API std::string name_of_element(const Value& element, const std::string& path, std::size_t index);
/// The names of all elements that have one.
BYOLAB_API std::vector<std::string> names_of_elements(const List& list, const std::string& path);

/// Takes `remove = false` out, and reports each `remove = true` that met nothing to remove.
BYOLAB_API void finish_removals(Value& value, Problems& problems, const std::string& path = {});

/// Path of a key below a path: lists leave no trace, so that all views' augmentations are "views.augment".
inline std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + '.' + key;
}

}  // namespace byolab
