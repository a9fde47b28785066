#pragma once

#include <byolab/plugin.hpp>

/// The option `interpolation` of what resamples.
using Filter = byolab::Resampling::Filter;

inline void describe_interpolation(byolab::Fields& field, Filter& filter) {
  field("interpolation", filter, {{"bilinear", Filter::bilinear}, {"bicubic", Filter::bicubic}},
        "the filter, always antialiased; results of bicubic are clipped to [0, 1]",
        {.source = "torchvision: bilinear; Grill et al. 2020, appendix B: bicubic"});
}
