#pragma once

#include "augment/plan.hpp"
#include "augment/store.hpp"
#include "byolab/dataset.hpp"

namespace byolab {

/// Turns decoded images into one view of a batch: draws each augmentation's parameters, composes neighbouring
/// resamplings into one, runs what is point-wise on tiles that stay in the first level of cache, and stores the
/// result where the network reads it. `run` may be called from many threads at once; after a thread's first
/// images it allocates nothing (foreign Form::tensor ops aside).
class BYOLAB_API Pipeline {
 public:
  /// A training view of `output` size. An image that no augmentation brings to that size is an error.
  Pipeline(std::vector<NamedAugmentation> augmentations, Size output);

  /// For evaluation: only those augmentations that say that they belong there (normalize). Images of another size
  /// are resized (bicubic) until the shorter side is output / `crop`, and the middle is cut out; of 256 pixels,
  /// 224 are kept with 0.875, as in the literature.
  static Pipeline evaluation(std::vector<NamedAugmentation> augmentations, Size output, double crop = kEvaluatedShare);
  static constexpr double kEvaluatedShare = 0.875;

  Size output() const { return output_; }
  /// Throws Error naming the augmentation that failed.
  void run(const Picture& picture, const ViewKey& key, const Destination& destination) const;
  /// `pixels`: [height, width, 3].
  void run(const std::uint8_t* pixels, Size size, const ViewKey& key, const Destination& destination) const;

  /// The resamplings alone that `run` does with such an image, in order: where things in it go.
  std::vector<Resampling> resamplings(Size size, const ViewKey& key) const;
  /// A mask [height, width] of such an image, resampled as its pixels are; what it holds is a share × 255 before and
  /// after.
  std::vector<std::uint8_t> resample(const std::vector<std::uint8_t>& mask, Size size, const ViewKey& key) const;

 private:
  std::vector<augment::Op> ops_;
  Size output_;
};

}  // namespace byolab
