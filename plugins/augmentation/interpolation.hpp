#pragma once

#include <byolab/plugin.hpp>

/// The options of what resamples.
struct Interpolation {
  using Filter = byolab::Resampling::Filter;
  Filter filter = Filter::bilinear;
  bool antialias = true;
};

inline void describe_interpolation(byolab::Fields& field, Interpolation& options) {
  using Filter = Interpolation::Filter;
  field("interpolation", options.filter, {{"bilinear", Filter::bilinear}, {"bicubic", Filter::bicubic}},
        "the filter; results of bicubic are clipped to [0, 1]",
        {.source = "torchvision: bilinear; Grill et al. 2020, appendix B: bicubic"});
  field("antialias", options.antialias, "where the image becomes smaller, the filter is as much wider",
        {.source = "true: torchvision; false: deepmind-research byol/utils/dataset.py (tf.image.resize)"});
}
