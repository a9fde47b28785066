#pragma once

#include "byolab/encoder.hpp"
#include "byolab/evaluator.hpp"
#include "train/plugged.hpp"

namespace byolab {

// What encoders give beyond vectors. Throw Error, naming the encoder, where it gives none, or others than it says.

std::vector<at::Tensor> feature_maps(const Plugged<Encoder>& encoder, const at::Tensor& images, std::int64_t step);
at::Tensor tokens(const Plugged<Encoder>& encoder, const at::Tensor& images, const at::Tensor& keep, std::int64_t step);

/// Throws Error, for the evaluator in whose call it is called, if it asks its subject for what asks() does not say.
BYOLAB_API void expect_asked(bool said, const char* what);
/// The same for images [begin, end) of `size`, and for images that are handed in.
BYOLAB_API void expect_range(std::int64_t begin, std::int64_t end, std::int64_t size);
BYOLAB_API void expect_images(const at::Tensor& images);

/// What to do where no encoder gives maps.
inline constexpr const char* kTakeAMapEncoder =
    "take an encoder that gives feature maps (`byolab plugin check NAME` says whether one does), or leave out what "
    "asks for them";

}  // namespace byolab
