#include "byolab/augmentation.hpp"

namespace byolab {

namespace {

[[noreturn]] void missing(const char* form, const char* function) {
  throw Error(std::string("the augmentation says that it is Form::") + form + ", and has no " + function,
              std::string("override ") + function + " in the plugin, or return another form");
}

}  // namespace

Augmentation::~Augmentation() = default;

Resampling Augmentation::resample(const Draw&, Size) const { missing("resampling", "resample(draw, size)"); }

double Augmentation::reduce(const Tile&, const Draw&, int) const { missing("reduction", "reduce(tile, draw, stage)"); }

void Augmentation::apply(Tile&, const Draw&, int, float) const {
  missing("pointwise, reduction or neighbourhood", "apply(tile, draw, stage, mean)");
}

at::Tensor Augmentation::apply(const at::Tensor&, const Draw&, Random&) const {
  missing("tensor", "apply(image, draw, random)");
}

}  // namespace byolab
