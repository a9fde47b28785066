#pragma once

#include "byolab/encoder.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldEncoder final : public HeldModule<Encoder> {
 public:
  using HeldModule::HeldModule;
  std::int64_t features() const override {
    return call("features()", [](Encoder& f) { return f.features(); });
  }
  at::Tensor forward(const at::Tensor& images) override {
    return rows(images, "the images", &Encoder::features, [&](Encoder& f) { return f.forward(images); });
  }
};

}  // namespace byolab
