#pragma once

#include "byolab/component.hpp"
#include "byolab/step.hpp"
#include "byolab/weights.hpp"

namespace byolab {

/// A split as the networks see it in evaluation mode, without augmentation. float32 on the CPU.
struct Embedded {
  at::Tensor features;  ///< [n, d], from the online encoder
  at::Tensor labels;    ///< [n] int64; undefined without labels
};

/// Two augmented views of the same images (as in training, networks in evaluation mode).
struct PairedViews {
  at::Tensor features[2], projection[2], prediction[2], target[2];  ///< [n, ·]; target is undefined without one
};

/// What an evaluator may ask about. Everything is computed at the first request and shared by the
/// evaluators of the same moment.
class __attribute__((visibility("default"))) Subject {
 public:
  virtual ~Subject();
  virtual const Embedded& train() = 0;     ///< the training images (the kNN bank, the probe's training set)
  virtual const Embedded& held_out() = 0;  ///< validation or test images, as the evaluator's `split` says
  /// Labels of another set of the data set ("colour"), for both splits: {train, held out}. Throws Error, as `classes`
  /// does, if the data set has no such set.
  virtual std::pair<at::Tensor, at::Tensor> labels(const std::string& set) = 0;
  virtual const PairedViews& pairs() = 0;  ///< of held-out images
  virtual std::int64_t classes(const std::string& set = "") = 0;
  virtual const Weights& online() = 0;
  virtual const Weights* target() = 0;  ///< null without a second network
  virtual Step step() const = 0;
  virtual std::uint64_t seed() const = 0;
};

/// Measures what was learned. It never trains the networks and leaves no trace in them.
class __attribute__((visibility("default"))) Evaluator : public Component {
 public:
  static constexpr Kind kKind = Kind::evaluator;
  ~Evaluator() override;
  /// One value for each of `metrics()`, in that order; NaN where it makes no sense.
  virtual std::vector<double> evaluate(Subject& subject) = 0;
};

}  // namespace byolab
