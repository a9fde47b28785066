#pragma once

#include <array>

#include "byolab/component.hpp"
#include "byolab/random.hpp"

namespace byolab {

/// How an output pixel depends on the input. The host fuses what it can from this alone.
enum class Form {
  resampling,     ///< a box of the image, resized, perhaps mirrored: the host composes these into one pass
  pointwise,      ///< on the same pixel's channels only
  reduction,      ///< pointwise, but with one number that depends on the whole image (contrast's mean)
  neighbourhood,  ///< on pixels near by, or on the whole image (blur)
  tensor,         ///< anything else: gets the whole image as a tensor, [channels, height, width]
};

/// What was drawn for one image: nothing else may differ between two applications. Plain data.
struct Draw {
  bool active = true;             ///< false: the op leaves this image alone
  std::array<float, 12> value{};  ///< the op's own
};

struct Size {
  int height = 0, width = 0;
};

/// Output pixel centres (x, y) come from the box of the input, resampled with an antialiased filter (as
/// torchvision does with antialias=True) or a plain one (as TensorFlow does with antialias=False), then mirrored. The
/// box lies within the image; the filter sees the pixels that the box touches and no others. Bicubic is the one with
/// a = −0.5, as PIL, torchvision's antialiased one and TensorFlow have.
struct Resampling {
  float top = 0, left = 0, height = 0, width = 0;  ///< the box, in input pixels
  Size output;
  enum class Filter { bilinear, bicubic } filter = Filter::bilinear;
  bool mirror = false;
  bool antialias = true;  ///< where the image becomes smaller, the filter is as much wider
};

/// Some rows of an image in planar float32, values in [0, 1] until `normalize`. Small enough for the first
/// level of cache where the form allows it; the whole image for `neighbourhood`.
/// All `rows · stride` floats of a plane may be read and written, those beyond `width` too (they mean nothing):
/// a pointwise op may treat a plane as one array. Planes start at multiples of 64 bytes.
struct Tile {
  std::array<float*, 4> plane{};  ///< one pointer a channel
  int channels = 3, rows = 0, width = 0;
  int stride = 0;            ///< floats from row to row, a multiple of 16
  float* scratch = nullptr;  ///< neighbourhood only: `channels · rows · stride` floats of room
};

/// A random change of an image. Drawn and applied on worker threads, many at once: all calls are const.
class __attribute__((visibility("default"))) Augmentation : public Component {
 public:
  static constexpr Kind kKind = Kind::augmentation;
  ~Augmentation() override;

  /// Draws the parameters for one image of this size. Draws depend on seed, epoch, sample, view and the
  /// op's name alone.
  virtual Draw draw(Random& random, Size size) const = 0;
  /// An op may run as several stages, one after the other (colour jitter: four, in drawn order).
  virtual int stages(const Draw&) const { return 1; }
  virtual Form form(const Draw&, int /*stage*/) const { return Form::tensor; }
  /// True: applied to images that are evaluated, too (normalize); false: to training views only.
  virtual bool in_evaluation() const { return false; }

  virtual Resampling resample(const Draw& draw, Size size) const;              ///< Form::resampling
  virtual double reduce(const Tile& tile, const Draw& draw, int stage) const;  ///< Form::reduction: the tile's sum
  virtual void apply(Tile& tile, const Draw& draw, int stage,
                     float mean) const;  ///< the tiled forms; `mean`: the sums' total ÷ pixels
  virtual at::Tensor apply(const at::Tensor& image, const Draw& draw,
                           Random& random) const;  ///< Form::tensor: float32 CPU [c, h, w] to the same
};

}  // namespace byolab
