#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <ATen/core/Tensor.h>

#include "byolab/random.hpp"
#include "byolab/step.hpp"

namespace byolab {

/// A batch of n images.
struct Batch {
  std::vector<at::Tensor> views;     ///< [n, channels, height, width] each, normalised, on the run's device
  at::Tensor labels;                 ///< [n] int64; undefined without labels
  std::vector<std::int64_t> images;  ///< [n]: places of the images in the data set
  std::uint64_t seed = 0;            ///< of the run

  /// Random numbers for image `row` of this batch: the same however images are batched. `use` tells draws apart.
  Random random(std::size_t row, std::string_view use, const Step& step) const {
    return {seed, stream_of(use), static_cast<std::uint64_t>(images[row]), static_cast<std::uint32_t>(step.epoch())};
  }
};

using Tensors = std::vector<at::Tensor>;

/// One network of a run, as a method calls it. Views of one size go through as [run] batch_statistics says: each by
/// itself or all as one batch. Errors name the plugin at fault. Throws Error for a part that the network does not have.
class __attribute__((visibility("default"))) Network {
 public:
  virtual ~Network();
  virtual Tensors encode(const Tensors& images) = 0;        ///< [n, c, h, w] each to [n, features]
  virtual Tensors project(const Tensors& features) = 0;     ///< to [n, projection]
  virtual Tensors predict(const Tensors& projections) = 0;  ///< the online network's alone: to [n, prediction]
  /// Through an encoder that gives tokens (see TokenEncoder): [n, t, w]. `keep` [n, k] int64: of these patches alone,
  /// in this order; undefined: of all.
  virtual at::Tensor tokens(const at::Tensor& images, const at::Tensor& keep) = 0;
  /// Through an encoder that gives feature maps (see MapEncoder): [n, c, h, w] each, the finest first.
  virtual Tensors maps(const at::Tensor& images) = 0;
};

/// The networks of a run.
class __attribute__((visibility("default"))) Networks {
 public:
  virtual ~Networks();
  virtual Network& online() = 0;  ///< its results have gradient
  /// The second network, whose results have none; null where the rule has none (`online`) or the plan wants none.
  virtual Network* target() = 0;
  /// Projections as targets where there is no second network: without gradient unless `[target] gradient = true`.
  virtual Tensors as_targets(const Tensors& projections) = 0;
  /// Lets a predictor that is solved for (see SolvedHead) solve: each row is to predict that of `targets`. Nothing
  /// happens with others.
  virtual void solve_predictor(const Tensors& projections, const Tensors& targets) = 0;
};

}  // namespace byolab
