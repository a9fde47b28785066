#include "cifar.hpp"
#include "image_folder.hpp"
#include "shapes.hpp"

BYOLAB_PLUGINS(registry) {
  registry.add<Shapes>("shapes", "drawn figures: outline, colour, texture, box and mask, any number from a seed");
  registry.add<ImageFolder>("image_folder", "JPEG, PNG, WebP, TIFF, BMP, PPM and PGM files, a folder for each class");
  registry.add<Cifar>("cifar", "CIFAR-10 and CIFAR-100 in their binary versions");
}
