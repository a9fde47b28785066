#include "guard/dense.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "guard/given.hpp"
#include "guard/on_loan.hpp"

namespace byolab {
namespace {

std::string shape_of(const at::Tensor& tensor) {
  return tensor.defined() ? shape_text(tensor.sizes(), tensor.scalar_type()) : "no tensor";
}

void check_map(const at::Tensor& map, std::size_t place, std::int64_t n, std::int64_t channels) {
  if (is_plain(map) && map.dim() == 4 && map.size(0) == n && map.size(1) == channels && map.numel() > 0) return;
  throw Error(fmt::format("it gave {} as map {}; expected are dense floating-point numbers [{}, {}, height, width]",
                          shape_of(map), place, n, channels));
}

}  // namespace

std::vector<at::Tensor> checked_maps(MapEncoder& encoder, const at::Tensor& images) {
  const OnLoan loan({images});
  std::vector<at::Tensor> maps = encoder.maps(images);
  const std::vector<std::int64_t> channels = encoder.map_channels();
  if (maps.size() != channels.size() || maps.empty())
    throw Error(
        fmt::format("it gave {} feature maps, and map_channels() has {} numbers: [{}]; expected is a number "
                    "for each, and one map or more",
                    maps.size(), channels.size(), fmt::join(channels, ", ")));
  for (std::size_t i = 0; i < maps.size(); ++i) {
    check_map(maps[i], i, images.size(0), channels[i]);
    if (i > 0 && (maps[i].size(2) > maps[i - 1].size(2) || maps[i].size(3) > maps[i - 1].size(3)))
      throw Error(fmt::format("it gave {} as map {} behind {}; the finest comes first", shape_of(maps[i]), i,
                              shape_of(maps[i - 1])));
  }
  expect_unchanged(loan, "the images");
  return maps;
}

at::Tensor checked_tokens(TokenEncoder& encoder, const at::Tensor& images, const at::Tensor& keep) {
  const OnLoan loan({images, keep});
  at::Tensor tokens = encoder.tokens(images, keep);
  const std::int64_t n = images.size(0), width = encoder.token_width();
  const std::int64_t patches =
      keep.defined() ? keep.size(1) : encoder.grid_height(images.size(2)) * encoder.grid_width(images.size(3));
  if (!is_plain(tokens) || tokens.sizes() != at::IntArrayRef({n, patches, width}))
    throw Error(
        fmt::format("it gave {}; expected are dense floating-point numbers [{}, {}, {}]: images, patches, "
                    "token_width()",
                    shape_of(tokens), n, patches, width));
  expect_unchanged(loan, "the images, or which patches to keep");
  return tokens;
}

}  // namespace byolab
