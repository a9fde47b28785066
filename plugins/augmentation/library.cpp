#include "center_crop.hpp"
#include "color_jitter.hpp"
#include "gaussian_blur.hpp"
#include "grayscale.hpp"
#include "horizontal_flip.hpp"
#include "normalize.hpp"
#include "one_of.hpp"
#include "random_apply.hpp"
#include "random_resized_crop.hpp"
#include "resize.hpp"
#include "solarize.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<RandomResizedCrop>("random_resized_crop", "a box of random area and shape, resized");
  registry.add<HorizontalFlip>("horizontal_flip", "left and right mirrored");
  registry.add<Resize>("resize", "the whole image at another size");
  registry.add<CenterCrop>("center_crop", "the middle of the image");
  registry.add<ColorJitter>("color_jitter", "random brightness, contrast, saturation and hue, in random order");
  registry.add<Grayscale>("grayscale", "the image without its colours");
  registry.add<GaussianBlur>("gaussian_blur", "blur of random width");
  registry.add<Solarize>("solarize", "bright pixels inverted");
  registry.add<Normalize>("normalize", "each channel less its mean, over its deviation");
  registry.add<OneOf>("one_of", "one of several augmentations for each image");
  registry.add<RandomApply>("random_apply", "another augmentation, for some images only");
}
