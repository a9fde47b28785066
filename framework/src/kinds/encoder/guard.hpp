#pragma once

#include "byolab/encoder.hpp"
#include "guard/dense.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldEncoder : public HeldModule<Encoder> {
 public:
  using HeldModule::HeldModule;
  std::int64_t features() const override {
    return call("features()", [](Encoder& f) { return f.features(); });
  }
  at::Tensor forward(const at::Tensor& images) override {
    return rows(images, "the images", &Encoder::features, [&](Encoder& f) { return f.forward(images); });
  }
};

template <class Guarded>
class HeldMaps : public Guarded, public MapEncoder {
 public:
  using Capability = MapEncoder;
  using Guarded::Guarded;
  std::vector<std::int64_t> map_channels() const override {
    return this->call("map_channels()", [](Encoder& f) { return capability<MapEncoder>(f)->map_channels(); });
  }
  std::vector<at::Tensor> maps(const at::Tensor& images) override {
    this->mark_given(images);
    std::vector<at::Tensor> made = this->call("maps()", [&](Encoder& f) {
      std::vector<at::Tensor> gave = checked_maps(*capability<MapEncoder>(f), images);
      this->expect_whole(f);
      return gave;
    });
    for (const at::Tensor& map : made) mark_border(map, this->who());
    return made;
  }
};

template <class Guarded>
class HeldTokens : public Guarded, public TokenEncoder {
 public:
  using Capability = TokenEncoder;
  using Guarded::Guarded;
  std::int64_t token_width() const override {
    return this->call("token_width()", [](Encoder& f) { return capability<TokenEncoder>(f)->token_width(); });
  }
  std::int64_t grid_height(std::int64_t height) const override {
    return this->call("grid_height()", [&](Encoder& f) { return capability<TokenEncoder>(f)->grid_height(height); });
  }
  std::int64_t grid_width(std::int64_t width) const override {
    return this->call("grid_width()", [&](Encoder& f) { return capability<TokenEncoder>(f)->grid_width(width); });
  }
  at::Tensor tokens(const at::Tensor& images, const at::Tensor& keep) override {
    this->mark_given(images);
    at::Tensor made = this->call("tokens()", [&](Encoder& f) {
      at::Tensor gave = checked_tokens(*capability<TokenEncoder>(f), images, keep);
      this->expect_whole(f);
      return gave;
    });
    mark_border(made, this->who());
    return made;
  }
};

}  // namespace byolab
