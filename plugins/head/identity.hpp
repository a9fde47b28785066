#pragma once

#include <byolab/plugin.hpp>

/// Gives back what it gets: as predictor the paper's ablation without one, as projector none.
class Identity final : public byolab::Head {
 public:
  explicit Identity(const byolab::Context& context) : width_(context.inputs) {}

  std::int64_t outputs() const override { return width_; }
  at::Tensor forward(const at::Tensor& x) override { return x; }

 private:
  std::int64_t width_;
};
