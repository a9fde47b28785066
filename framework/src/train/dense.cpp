#include "train/dense.hpp"

#include <fmt/format.h>

#include "guard/border.hpp"
#include "guard/dense.hpp"
#include "guard/given.hpp"

namespace byolab {

std::vector<at::Tensor> feature_maps(const Plugged<Encoder>& encoder, const at::Tensor& images, std::int64_t step) {
  return encoder.call("maps()", step, [&](Encoder& f) {
    auto* able = capability<MapEncoder>(f);
    if (!able) throw Error("it gives no feature maps", kTakeAMapEncoder);
    std::vector<at::Tensor> maps = checked_maps(*able, images);
    for (const at::Tensor& map : maps) mark_border(map, encoder.callee);
    return maps;
  });
}

at::Tensor tokens(const Plugged<Encoder>& encoder, const at::Tensor& images, const at::Tensor& keep,
                  std::int64_t step) {
  return encoder.call("tokens()", step, [&](Encoder& f) {
    auto* able = capability<TokenEncoder>(f);
    if (!able)
      throw Error("it gives no vectors of patches",
                  "take an encoder that gives some (`byolab plugin check NAME` says whether one does): a vision "
                  "transformer, say");
    at::Tensor made = checked_tokens(*able, images, keep);
    mark_border(made, encoder.callee);
    return made;
  });
}

void expect_asked(bool said, const char* what) {
  if (!said)
    throw Error(fmt::format("it asks its subject for {}, and its asks() does not say so", what),
                "override asks(): what is missing is then told before the first step");
}

void expect_range(std::int64_t begin, std::int64_t end, std::int64_t size) {
  if (begin < 0 || begin >= end || end > size)
    throw Error(fmt::format("it asks for images {} to {} of {}", begin, end, size),
                "ask for one image or more, [begin, end) within [0, size(split))");
}

void expect_images(const at::Tensor& images) {
  if (!is_plain(images) || images.dim() != 4 || images.numel() == 0)
    throw Error(
        fmt::format("it asks for the maps of {}; expected are images [n, channels, height, width], one or more, "
                    "as images() gives them",
                    images.defined() ? shape_text(images.sizes(), images.scalar_type()) : "no tensor"));
}

}  // namespace byolab
