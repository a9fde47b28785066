#pragma once

#include <torch/nn/module.h>

#include "byolab/component.hpp"
#include "byolab/outputs.hpp"
#include "byolab/step.hpp"

namespace byolab {

/// What a loss reads of a view's outputs; the method does not compute the rest.
struct Needs {
  bool target = true;
  bool prediction = true;
  bool labels = false;
  bool projection = true;  ///< false, with prediction false: no gradient is to flow through this view
  /// True: it takes predictions and targets as Outputs::pairs has them. False: it wants them of every view, and takes
  /// each view's prediction against every other view's target.
  bool pairs = false;
};

/// The objective. May have parameters of its own (a classifier), which the optimizer trains too.
class __attribute__((visibility("default"))) Loss : public Component, public torch::nn::Module {
 public:
  static constexpr Kind kKind = Kind::loss;
  ~Loss() override;

  virtual Needs needs() const { return {}; }
  /// What it needs of one view, `view` in [0, views): a queue of keys needs projections of the queries' view and
  /// targets of the keys'. By default `needs()`, of all alike.
  virtual Needs needs_of(std::size_t view, std::size_t views) const;
  /// A scalar with gradient, a mean over the batch. Called for each of the batches that are accumulated into a step,
  /// all with the same `step`: what a batch leaves behind for later ones (a queue) is to be taken up in `stepped`.
  virtual at::Tensor forward(const Outputs& outputs, const Step& step) = 0;
  /// Once after each optimizer step, without gradient.
  virtual void stepped(const Step& step);
};

}  // namespace byolab
