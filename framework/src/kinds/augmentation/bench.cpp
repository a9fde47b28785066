#include "kinds/augmentation/bench.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>

#include "augment/pipeline.hpp"
#include "conformance/tensors.hpp"

namespace byolab::conformance {
namespace {

constexpr Size kImageSizes[] = {{48, 40}, {32, 32}, {64, 96}, {17, 23}, {1, 1}};

/// An augmentation as the host runs it: a step draws and applies it to one image.
class AugmentationBench final : public Bench {
 public:
  AugmentationBench(const Specimen& specimen, const Setup& setup) : setup_(setup), size_(kImageSizes[setup.size]) {
    const Plugged<Augmentation> made = specimen.make<Augmentation>(setup.options, {});
    op_ = made.object;
    callee_ = made.callee;
    augmentation_ = {specimen.name(), op_, callee_.library};
    for (int i = 0, n = size_.height * size_.width * 3; i < n; ++i)
      pixels_.push_back(pixel(static_cast<std::uint64_t>(i)));
  }
  Component& component() override { return *op_; }
  bool concurrent() const override { return true; }

  std::vector<at::Tensor> step(std::int64_t k) override {
    const ViewKey key{0, static_cast<std::uint64_t>(k % 3), static_cast<std::uint64_t>(k), 0};
    if (setup_.layout == Layout::strided && takes_tensor(key)) return {on_strided_tensor(key)};
    std::vector<augment::Stage> plan;
    const Size output = augment::make_plan({{augmentation_, callee_, stream()}}, size_, key, plan);
    if (output.height < 1 || output.width < 1)
      throw Failure(fmt::format("an image of {} × {} became one of {} × {}", size_.height, size_.width, output.height,
                                output.width));
    const Pipeline pipeline({augmentation_}, output);
    const bool last = setup_.layout == Layout::channels_last;
    at::Tensor result =
        last ? at::empty({output.height, output.width, 3}) : at::empty({3, output.height, output.width});
    timed([&] {
      pipeline.run(pixels_.data(), size_, key,
                   {result.mutable_data_ptr(), Destination::Number::float32,
                    last ? Destination::Order::nhwc : Destination::Order::nchw});
    });
    return {last ? result.permute({2, 0, 1}).contiguous() : result};
  }

 private:
  std::uint64_t stream() const { return stream_of("augment/" + augmentation_.name); }

  std::uint8_t pixel(std::uint64_t i) const {
    switch (setup_.fill) {
      case Fill::zero:
        return 0;
      case Fill::equal:
        return 128;
      case Fill::huge:
        return 255;
      case Fill::tiny:
        return (i / 3) % 2 ? 255 : 0;  // the sharpest edges that there are
      case Fill::usual:
        break;
    }
    return static_cast<std::uint8_t>(Random(1, 2, i).below(256));
  }

  Draw drawn(Random& random) const {
    return guarded(callee_, "draw()", -1, [&] { return op_->draw(random, size_); });
  }
  Random random_of(const ViewKey& key) const { return {key.seed, stream(), key.epoch << 40 | key.sample, key.view}; }

  /// The host owns the tiles of the other forms.
  bool takes_tensor(const ViewKey& key) const {
    Random random = random_of(key);
    const Draw draw = drawn(random);
    return draw.active && op_->form(draw, 0) == Form::tensor;
  }
  at::Tensor on_strided_tensor(const ViewKey& key) const {
    Random random = random_of(key);
    const Draw draw = drawn(random);
    const at::Tensor image =
        at::tensor(pixels_, at::kByte).view({size_.height, size_.width, 3}).permute({2, 0, 1}).to(at::kFloat) / 255;
    return guarded(callee_, "apply()", -1, [&] { return op_->apply(laid_out(image, Layout::strided), draw, random); })
        .contiguous();
  }

  Setup setup_;
  Size size_;
  Callee callee_;
  std::shared_ptr<Augmentation> op_;
  NamedAugmentation augmentation_;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace

std::unique_ptr<Bench> make_augmentation_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<AugmentationBench>(specimen, setup);
}

}  // namespace byolab::conformance
