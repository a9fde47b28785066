#include "kinds/encoder/bench.hpp"

#include "byolab/encoder.hpp"

#include "kinds/network_bench.hpp"

namespace byolab::conformance {
namespace {

struct ImageSize {
  std::int64_t height, width;
};
constexpr ImageSize kInputSizes[] = {{32, 32}, {48, 40}, {64, 64}};

class EncoderBench final : public NetworkBench {
 public:
  EncoderBench(const Specimen& specimen, const Setup& setup) : NetworkBench(setup) {
    const auto [height, width] = kInputSizes[setup.size];
    context_.height = height;
    context_.width = width;
    encoder_ = specimen.make<Encoder>(setup.options, context_);
    prepare();
  }
  Component& component() override { return *encoder_.object; }
  torch::nn::Module* module() override { return encoder_.object.get(); }

 private:
  at::Tensor input(std::int64_t rows, std::uint64_t seed) const override {
    Setup setup = setup_;
    if (setup.dtype == at::kBFloat16) setup.dtype = at::kFloat;  // as a run hands it in: autocast does the rest
    return numbers({rows, context_.channels, context_.height, context_.width}, setup, seed);
  }
  at::Tensor forward(const at::Tensor& x, std::int64_t k) override {
    return encoder_.call("forward()", k, [&](Encoder& f) { return f.forward(x); });
  }
  std::int64_t width() const override {
    return encoder_.call("features()", -1, [](Encoder& f) { return f.features(); });
  }

  Context context_;
  Plugged<Encoder> encoder_;
};

}  // namespace

std::unique_ptr<Bench> make_encoder_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<EncoderBench>(specimen, setup);
}

}  // namespace byolab::conformance
