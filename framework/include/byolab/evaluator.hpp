#pragma once

#include "byolab/annotated.hpp"
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

enum class Split { train, held_out };
enum class Side { online, target };

/// What an evaluator may ask about. Everything is computed at the first request and shared by the
/// evaluators of the same moment; what is asked for by [begin, end) is made anew, for the asker alone.
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

  virtual std::int64_t size(Split split) = 0;  ///< how many images: rows of `train` or `held_out`, in the same order
  /// Images [begin, end) of a split as the networks see them: [n, channels, height, width] float32 on the CPU.
  virtual at::Tensor images(Split split, std::int64_t begin, std::int64_t end) = 0;
  /// The objects in the same images, in pixels of these: moved as evaluation resizes and crops the image, boxes cut at
  /// the border, masks [height, width]. An object is left out if nothing of its box is in sight. See Asks.
  virtual std::vector<std::vector<Annotation>> annotations(Split split, std::int64_t begin, std::int64_t end) = 0;
  /// Feature maps [n, c, h, w] of images as `images` gives them, the finest first, from the encoder in evaluation mode,
  /// without gradient; float32 on the CPU. Throws Error for a target that is not there. See Asks.
  virtual std::vector<at::Tensor> maps(const at::Tensor& images, Side side = Side::online) = 0;
};

/// What an evaluator asks its subject for that not every run has: where it is missing, the run does not begin.
struct Asks {
  bool maps = false;         ///< Subject::maps; the encoder gives them, see MapEncoder
  bool annotations = false;  ///< Subject::annotations; the data set has them, see Annotated
};

/// Measures what was learned. It never trains the networks and leaves no trace in them.
class __attribute__((visibility("default"))) Evaluator : public Component {
 public:
  static constexpr Kind kKind = Kind::evaluator;
  ~Evaluator() override;
  virtual Asks asks() const { return {}; }
  /// One value for each of `metrics()`, in that order; NaN where it makes no sense.
  virtual std::vector<double> evaluate(Subject& subject) = 0;
};

/// An evaluator that names classes. A capability, see byolab/capability.hpp.
class __attribute__((visibility("default"))) Predicts {
 public:
  virtual ~Predicts();
  /// The class of each held-out image, of the data set's main ones: [n] int64, −1 where it names none. [record]
  /// embeddings keeps them; asked of data with labels alone.
  virtual at::Tensor predictions(Subject& subject) = 0;
};

}  // namespace byolab
