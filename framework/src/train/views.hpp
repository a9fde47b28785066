#pragma once

#include <string>
#include <vector>

#include "augment/pipeline.hpp"
#include "boundary/search.hpp"
#include "config/experiment.hpp"

namespace byolab {

using Augmentations = std::vector<NamedAugmentation>;  // of one view, in order

/// Makes a view's augmentations. Throws Error as they do.
Augmentations make_augmentations(const ViewOptions& view, const PluginCatalogue& catalogue);

/// The size to which a view brings an image of this one.
Size made_size(const Augmentations& ops, Size size);

/// Throws Error, with the place in the file, if one that changes colours stands behind one that normalises.
void check_colours(const ViewOptions& view, const Augmentations& ops, Size size);

/// "" if all views normalise alike; else that they do not, and how images that are evaluated are prepared.
std::string note_on_normalisation(const std::vector<ViewOptions>& views, const std::vector<Augmentations>& ops);

/// How images that are evaluated are prepared for views of this size, in words.
std::string preparation(const ViewOptions& first, const Augmentations& ops, Size view);

}  // namespace byolab
