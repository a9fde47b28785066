#pragma once

#include "augment/plan.hpp"
#include "augment/resampler.hpp"
#include "augment/store.hpp"

namespace byolab::augment {

/// Runs one plan on one image. One per thread, used again and again for its memory.
class Executor {
 public:
  void run(const std::uint8_t* pixels, Size size, const std::vector<Stage>& plan, const Destination& destination);

 private:
  /// What a pass over the tiles ends with.
  struct End {
    const Stage* reduce = nullptr;             ///< sums of this stage are taken
    const Destination* destination = nullptr;  ///< the tiles are stored
  };

  void resample(const Stage& stage);
  void neighbourhood(const Stage& stage);
  void tensor(const Stage& stage);
  double pass(const End& end);
  Tile next_tile(int y, int rows, bool keep);

  struct Pending {
    const Stage* stage;
    float mean;
  };
  std::vector<Pending> pending_;  ///< tiled stages that the next pass applies
  const std::uint8_t* pixels_ = nullptr;
  Size source_size_;
  ImageMap map_;
  bool resampling_ = false;  ///< the next pass makes its tiles by map_, from pixels_ or from the image
  Resampler resampler_;
  Image images_[2];  ///< the image, and the one that it is resampled into
  int current_ = 0;
  Buffer<float> tile_, scratch_;
};

}  // namespace byolab::augment
