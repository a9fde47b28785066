#pragma once

#include <cstdint>
#include <string>

namespace byolab {

/// The processes that train one run together.
struct Group {
  int rank = 0, size = 1;  ///< this one, of how many
};

/// What the host knows when it makes a component. A constructor may take it after its options.
struct Context {
  std::int64_t channels = 3;     ///< of the images that the encoder sees
  std::int64_t height = 0;       ///< encoders, heads, losses, rules, evaluators: likewise, in pixels
  std::int64_t width = 0;        ///< likewise; 0 for augmentations and data sets, which make these sizes
  std::int64_t inputs = 0;       ///< heads: width of the input vectors
  std::int64_t features = 0;     ///< losses: width of the encoder's output
  std::int64_t projection = 0;   ///< losses: width of the projector's output
  std::int64_t token_width = 0;  ///< methods: of an encoder that gives tokens (see TokenEncoder), else 0
  std::int64_t grid_height = 0;  ///< methods: its patches from top to bottom, of the first view
  std::int64_t grid_width = 0;   ///< methods: and from left to right
  std::int64_t classes = 0;      ///< of the data set; 0 where it has no labels
  std::string split = "train";   ///< data sets: "train" or "test"
  std::string device = "cpu";  ///< where the networks compute: what a module makes beside its parameters belongs there
  Group group;                 ///< see byolab/group.hpp
};

}  // namespace byolab
