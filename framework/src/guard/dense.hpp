#pragma once

#include "byolab/capability.hpp"

namespace byolab {

// What encoders give beyond vectors, judged as check_rows judges those. To be called inside the guarded call, which
// adds the plugin, the call and the step to the sentence.

/// Feature maps. Throws Error unless they are as map_channels() says, dense floating-point numbers [n, c, h, w], the
/// finest first, and the images are as they were.
std::vector<at::Tensor> checked_maps(MapEncoder& encoder, const at::Tensor& images);

/// Vectors of patches. Throws Error unless they are dense floating-point numbers [n, t, token_width()], t as many as
/// `keep` has columns or the grid has places, and the images and `keep` are as they were.
at::Tensor checked_tokens(TokenEncoder& encoder, const at::Tensor& images, const at::Tensor& keep);

}  // namespace byolab
