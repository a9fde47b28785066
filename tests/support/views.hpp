#pragma once

#include <torch/types.h>

#include "augment/pipeline.hpp"
#include "byolab/context.hpp"

namespace byolab::testing {

/// The stock plugin of a TOML table, loaded from its library as the host does:
/// `make_augmentation("plugin = 'solarize'\np = 1.0")`. Throws std::exception with the problems found.
std::shared_ptr<Augmentation> make_augmentation(const std::string& toml, const Context& context = {});

/// Always the same resampling.
class FixedResampling final : public Augmentation {
 public:
  explicit FixedResampling(Resampling what) : what_(what) {}
  Draw draw(Random&, Size) const override { return {}; }
  Form form(const Draw&, int) const override { return Form::resampling; }
  Resampling resample(const Draw&, Size) const override { return what_; }

 private:
  Resampling what_;
};

/// An op whose draw is given.
class WithDraw final : public Augmentation {
 public:
  WithDraw(std::shared_ptr<const Augmentation> op, Draw draw) : op_(std::move(op)), draw_(draw) {}
  Draw draw(Random&, Size) const override { return draw_; }
  int stages(const Draw& draw) const override { return op_->stages(draw); }
  Form form(const Draw& draw, int stage) const override { return op_->form(draw, stage); }
  Resampling resample(const Draw& draw, Size size) const override { return op_->resample(draw, size); }
  double reduce(const Tile& tile, const Draw& draw, int stage) const override { return op_->reduce(tile, draw, stage); }
  void apply(Tile& tile, const Draw& draw, int stage, float mean) const override {
    op_->apply(tile, draw, stage, mean);
  }

 private:
  std::shared_ptr<const Augmentation> op_;
  Draw draw_;
};

/// An augmentation of another library, which knows nothing of tiles: adds what it draws.
class ForeignShift final : public Augmentation {
 public:
  Draw draw(Random& random, Size) const override { return {true, {random.uniform(-0.2F, 0.2F)}}; }
  at::Tensor apply(const at::Tensor& image, const Draw& draw, Random& random) const override {
    return (image + draw.value[0] + 0.01F * random.uniform()).flip(1);
  }
};

/// [3, h, w] of bytes through a pipeline: float32 [3, H, W].
inline at::Tensor run(const Pipeline& pipeline, const at::Tensor& image, const ViewKey& key = {}) {
  const at::Tensor pixels = image.permute({1, 2, 0}).contiguous();
  at::Tensor view = at::full({3, pipeline.output().height, pipeline.output().width}, NAN);
  const Size size{static_cast<int>(image.size(1)), static_cast<int>(image.size(2))};
  pipeline.run(pixels.data_ptr<std::uint8_t>(), size, key, {view.data_ptr<float>()});
  return view;
}

/// The same through one op, or several, named a, b, …
inline at::Tensor run(std::vector<std::shared_ptr<const Augmentation>> ops, Size output, const at::Tensor& image,
                      const ViewKey& key = {}) {
  std::vector<NamedAugmentation> named;
  for (auto& op : ops) named.push_back({std::string(1, static_cast<char>('a' + named.size())), std::move(op), "test"});
  return run(Pipeline(std::move(named), output), image, key);
}

/// Bytes without a pattern, and the same at each call.
inline at::Tensor noise(int height, int width) {
  return (at::arange(3 * height * width, at::kLong).mul(2654435761).bitwise_right_shift(7).remainder(256))
      .to(at::kByte)
      .view({3, height, width});
}

inline double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace byolab::testing
