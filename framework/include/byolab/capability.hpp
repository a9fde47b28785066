#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "byolab/component.hpp"

namespace byolab {

// What some plugins can do beyond their kind: a class derives from the capability beside its kind's interface. The host
// asks for it, and says by whom it is missing where somebody needs it.

/// The capability of a component; null if it does not have it. What a plugin holds has the capabilities that it was
/// made with; the holder passes on those that others are to have of it.
template <class Capability>
Capability* capability(Component& component) {
  return dynamic_cast<Capability*>(&component);
}
template <class Capability>
const Capability* capability(const Component& component) {
  return dynamic_cast<const Capability*>(&component);
}

/// An encoder that gives a vector for each patch of an image, in rows from the top left.
class __attribute__((visibility("default"))) TokenEncoder {
 public:
  virtual ~TokenEncoder();
  virtual std::int64_t token_width() const = 0;
  /// How many patches an image of this size has.
  virtual std::int64_t grid_height(std::int64_t height) const = 0;
  virtual std::int64_t grid_width(std::int64_t width) const = 0;
  /// images [n, c, h, w]; `keep` [n, k] int64: of these patches alone, in this order; undefined: of all. [n, k, w].
  virtual at::Tensor tokens(const at::Tensor& images, const at::Tensor& keep) = 0;
};

/// An encoder that gives feature maps.
class __attribute__((visibility("default"))) MapEncoder {
 public:
  virtual ~MapEncoder();
  /// Channels of each map, the finest first.
  virtual std::vector<std::int64_t> map_channels() const = 0;
  /// images [n, c, h, w] to [n, channels, h′, w′] each, the finest first.
  virtual std::vector<at::Tensor> maps(const at::Tensor& images) = 0;
};

/// A module that names parameters which weight decay is to leave alone though they are no biases or scales of
/// normalisation (positions of patches).
class __attribute__((visibility("default"))) WithoutDecay {
 public:
  virtual ~WithoutDecay();
  virtual std::vector<std::string> without_decay() const = 0;  ///< as named_parameters() has them
};

}  // namespace byolab
